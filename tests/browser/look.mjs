// Looks at one page as a browser shows it: axe-core (WCAG 2.2 AA and best practice), sideways scroll, anything that was
// not loaded or that the content security policy refused.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** A desk, a phone, and the narrowest that WCAG 1.4.10 asks for, in CSS pixels. */
export const WIDTHS = [1280, 390, 320];

/**
 * Opens the address in a fresh page of this context and looks at it at every width.
 *
 * `body` is an answer to show in place of asking the service again: `{status, headers, text}`, for pages that followed
 * on a form. Gives `{found, undecided}`: what is wrong, and what axe could not decide, both one sentence each.
 */
export async function look(context, url, { body, cookies = [], shots, name = url, widths = WIDTHS } = {}) {
  const found = new Set();
  const undecided = new Set();
  const page = await context.newPage();
  try {
    listen(page, url, found);
    if (cookies.length > 0) await page.setCookie(...cookies.map((cookie) => ({ ...cookie, url })));
    if (body) await answerWith(page, url, body);
    await page.setViewport({ width: widths[0], height: 900 });
    await page.goto(url, { waitUntil: "load" });
    await page.evaluate(axeSource);
    for (const width of widths) {
      await page.setViewport({ width, height: 900 });
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) found.add(`scrolls sideways at ${width} px: ${wide} px wide`);
      const result = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
      for (const line of lines(result.violations, width)) found.add(line);
      for (const line of lines(result.incomplete, width)) undecided.add(line);
      if (shots) await page.screenshot({ path: join(shots, `${basename(name)}-${width}.png`), fullPage: true });
    }
  } finally {
    await page.close();
  }
  return { found: [...found], undecided: [...undecided] };
}

function lines(rules, width) {
  const told = (rule, node) => `${width} px ${rule.id}: ${node.target} ${node.failureSummary.replace(/\s+/g, " ")}`;
  return rules.flatMap((rule) => rule.nodes.map((node) => told(rule, node)));
}

function listen(page, url, found) {
  page.on("console", (message) => {
    // A page may itself be an error page, and Chromium says so on its console.
    const itself = message.location().url === url && message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !itself) found.add(`console: ${message.text()}`);
  });
  page.on("requestfailed", (request) => found.add(`not loaded: ${request.url()}`));
  page.on("response", (response) => {
    if (response.status() >= 400 && response.url() !== url) found.add(`${response.status()}: ${response.url()}`);
  });
}

async function answerWith(page, url, body) {
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    if (request.url() !== url) return request.continue();
    return request.respond({ status: body.status, headers: body.headers, body: body.text });
  });
}
