// The description of the API passes the linter of the NL GOV REST API Design Rules 2.2.0, run offline from its own copy
// (nlgov-adr-2.2.0-linter.yaml, Logius-standaarden/API-Design-Rules, CC-BY-4.0).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const description = join(here, '../../docs/openapi.json');

// An address without a host is the only remark: each municipality has its own.
const OURS = ['nlgov:servers-use-https'];

function remarks(file) {
  const ran = spawnSync(
    process.execPath,
    [join(here, 'node_modules/@stoplight/spectral-cli/dist/index.js'), 'lint', '--ruleset', join(here, 'nlgov-adr-2.2.0-linter.yaml'), '--format', 'json', '--quiet', file],
    { encoding: 'utf8', env: { ...process.env, SCARF_ANALYTICS: 'false' } },
  );
  assert.equal(ran.error, undefined);
  return JSON.parse(ran.stdout || '[]').map((remark) => `${remark.code}: ${remark.message} (${remark.path.join('.')})`);
}

test('the description of the API follows the design rules', () => {
  const found = remarks(description).filter((remark) => !OURS.some((code) => remark.startsWith(`${code}:`)));
  assert.deepEqual(found, []);
});

test('the linter would say so if it did not', () => {
  const broken = JSON.parse(readFileSync(description, 'utf8'));
  broken.paths['/Signalen/'] = { get: { responses: { 200: { description: 'zonder versie' } } } };
  delete broken.info.contact;
  const file = join(mkdtempSync(join(tmpdir(), 'api-lint-')), 'openapi.json');
  writeFileSync(file, JSON.stringify(broken));
  const codes = remarks(file).map((remark) => remark.split(': ')[0]);
  for (const code of ['path-keys-no-trailing-slash', 'nlgov:missing-header', 'nlgov:paths-kebab-case', 'info-contact']) {
    assert.ok(codes.includes(code), `${code} in ${codes}`);
  }
});
