// Looks at pages as a browser does: axe-core (WCAG 2.2 AA and best practice), sideways scroll at 320 px, anything the
// content security policy refuses, and, when asked, pictures.
//
//   node axe.mjs [--shots FOLDER] [--cookie NAME=VALUE] FILE-OR-URL...
//
// Files are served from here under the policy of the service, with /static/*/ from assets/dist. CHROMIUM names the
// browser (default /usr/bin/chromium). Exit status 1 when a page has a violation.
import { createServer } from "node:http";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";

const here = dirname(fileURLToPath(import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [1280, 390, 320];
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml" };
const POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const { targets, shots, cookies } = readArguments(process.argv.slice(2));
if (targets.length === 0) {
  console.error("usage: node axe.mjs [--shots FOLDER] [--cookie NAME=VALUE] FILE-OR-URL...");
  process.exit(2);
}
const files = new Map(targets.filter(isFile).map((path) => [`/${basename(path)}`, path]));
const server = createServer(answer);
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});
let failures = 0;
let undecided = 0;
try {
  if (shots) mkdirSync(shots, { recursive: true });
  for (const target of targets) {
    const name = isFile(target) ? basename(target, ".html") : target;
    const found = await look(isFile(target) ? `${origin}/${basename(target)}` : target, name);
    failures += found.length;
    for (const line of found) console.log(`${name}: ${line}`);
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`${targets.length} pages at ${WIDTHS.join(", ")} px: ${failures} violations, ${undecided} undecided`);
process.exitCode = failures === 0 ? 0 : 1;

async function look(url, name) {
  const found = new Set();
  const page = await browser.newPage();
  page.on("console", (message) => message.type() === "error" && found.add(`console: ${message.text()}`));
  page.on("requestfailed", (request) => found.add(`not loaded: ${request.url()}`));
  page.on("response", (response) => isMissing(response, url) && found.add(`${response.status()}: ${response.url()}`));
  if (cookies.length > 0) await page.setCookie(...cookies.map((cookie) => ({ ...cookie, url })));
  for (const width of WIDTHS) {
    await page.setViewport({ width, height: 900 });
    await page.goto(url, { waitUntil: "networkidle0" });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) found.add(`scrolls sideways at ${width} px: ${wide} px wide`);
    await page.evaluate(axeSource);
    const result = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
    undecided += result.incomplete.reduce((sum, rule) => sum + rule.nodes.length, 0);
    for (const rule of result.incomplete) {
      if (process.env.UNDECIDED) console.log(`  undecided ${name} ${width} ${rule.id}: ${rule.nodes.map((node) => node.target).join(" | ")}`);
    }
    for (const rule of result.violations) {
      for (const node of rule.nodes) found.add(`${width} px ${rule.id}: ${node.target} ${node.failureSummary.replace(/\s+/g, " ")}`);
    }
    if (shots) await page.screenshot({ path: join(shots, `${basename(name)}-${width}.png`), fullPage: true });
  }
  await page.close();
  return [...found];
}

/** A page may itself be an error page; what it loads may not be missing. */
function isMissing(response, url) {
  return response.status() >= 400 && response.url() !== url;
}

function answer(request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const asset = /^\/static\/[^/]+\/([a-z0-9.-]+)$/.exec(pathname);
  const path = asset ? join(here, "..", "..", "assets", "dist", asset[1]) : files.get(pathname);
  try {
    const body = readFileSync(path);
    response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Content-Security-Policy": POLICY });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

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
