// Looks at pages as a browser does, and tells what is wrong with them; when asked it makes pictures.
//
//   node axe.mjs [--shots FOLDER] [--cookie NAME=VALUE] FILE-OR-URL...
//
// With UNDECIDED=1 it also tells what axe could not decide. Exit status 1 when a page has a violation.
import { mkdirSync } from "node:fs";
import { basename } from "node:path";
import { launch } from "./chromium.mjs";
import { serveFiles } from "./files.mjs";
import { look, WIDTHS } from "./look.mjs";

const { targets, shots, cookies } = readArguments(process.argv.slice(2));
if (targets.length === 0) {
  console.error("usage: node axe.mjs [--shots FOLDER] [--cookie NAME=VALUE] FILE-OR-URL...");
  process.exit(2);
}
if (shots) mkdirSync(shots, { recursive: true });
const files = await serveFiles(targets.filter(isFile));
const browser = await launch();
let violations = 0;
let open = 0;
try {
  for (const target of targets) {
    const name = isFile(target) ? basename(target, ".html") : target;
    const { found, undecided } = await look(browser, isFile(target) ? files.address(target) : target, { cookies, shots, name });
    violations += found.length;
    open += undecided.length;
    for (const line of found) console.log(`${name}: ${line}`);
    if (process.env.UNDECIDED) for (const line of undecided) console.log(`${name}, undecided: ${line}`);
  }
} finally {
  await browser.close();
  await files.close();
}
console.log(`${targets.length} pages at ${WIDTHS.join(", ")} px: ${violations} violations, ${open} undecided`);
process.exitCode = violations === 0 ? 0 : 1;

function isFile(target) {
  return !/^https?:/.test(target);
}

function readArguments(words) {
  const read = { targets: [], shots: undefined, cookies: [] };
  for (let at = 0; at < words.length; at += 1) {
    if (words[at] === "--shots") read.shots = words[(at += 1)];
    else if (words[at] === "--cookie") {
      const [name, ...value] = words[(at += 1)].split("=");
      read.cookies.push({ name, value: value.join("=") });
    } else read.targets.push(words[at]);
  }
  return read;
}
