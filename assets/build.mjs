// Makes assets/dist: one minified stylesheet and subset fonts, from pinned packages and our own assets/src.
// The result is committed, so that building the service itself needs no Node. Run: npm ci --ignore-scripts && npm run build
import { copyFileSync, readFileSync, readdirSync, writeFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import postcss from "postcss";
import { transform } from "lightningcss";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const dist = join(here, "dist");

/** Components whose classes the templates may use, in cascade order. */
const COMPONENTS = [
  "document", "heading-1", "heading-2", "heading-3", "paragraph", "link", "unordered-list", "skip-link", "form-field",
  "form-label", "form-field-description", "form-field-error-message", "form-fieldset", "textbox", "textarea", "select",
  "checkbox", "radio-button", "status-badge",
].map((name) => `@utrecht/${name}-css/dist/index.css`).concat("@nl-design-system-candidate/button-css/dist/button.css");

/** Own styles, split by meaning. */
const OWN = ["theme", "frame", "forms", "public", "staff"];

/** Dutch and the names of people who live here: Latin-1 and the marks we print. */
const LETTERS = range(0x20, 0x7e) + range(0xa0, 0xff) + "ŒœŠšŽžŸ–—‘’‚“”„•…‹›€™−";
const SIGNS = range(0x20, 0x7e);

const FONTS = [
  { file: "noto-sans-400.woff2", family: "Noto Sans", weight: 400, from: "@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2", text: LETTERS, first: true },
  { file: "noto-sans-600.woff2", family: "Noto Sans", weight: 600, from: "@fontsource/noto-sans/files/noto-sans-latin-600-normal.woff2", text: LETTERS, first: true },
  { file: "noto-sans-700.woff2", family: "Noto Sans", weight: 700, from: "@fontsource/noto-sans/files/noto-sans-latin-700-normal.woff2", text: LETTERS, first: true },
  { file: "noto-sans-mono-400.woff2", family: "Noto Sans Mono", weight: 400, from: "@fontsource/noto-sans-mono/files/noto-sans-mono-latin-400-normal.woff2", text: SIGNS, first: false },
  { file: "noto-sans-mono-600.woff2", family: "Noto Sans Mono", weight: 600, from: "@fontsource/noto-sans-mono/files/noto-sans-mono-latin-600-normal.woff2", text: SIGNS, first: false },
];

/** What the stylesheet and the fonts of a first visit may weigh; the page itself gets the rest of 60 kB. */
const FIRST_LOAD_LIMIT = 54_000;

function range(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
}

function filesUnder(folder, ending) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Every word in a template is taken for a class in use: too many is harmless, too few is not. */
function wordsInTemplates() {
  const words = new Set();
  for (const file of filesUnder(join(here, "..", "templates"), ".html")) {
    for (const [word] of readFileSync(file, "utf8").matchAll(/[A-Za-z0-9_-]+/g)) words.add(word);
  }
  return words;
}

/** Keeps the selectors whose classes are all in use, and the rules that keep a selector. */
function keepUsed(root, used) {
  root.walkComments((comment) => comment.remove());
  root.walkRules((rule) => {
    const kept = rule.selectors.filter((selector) =>
      [...selector.matchAll(/\.([A-Za-z0-9_-]+)/g)].every(([, name]) => used.has(name)));
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
  root.walkAtRules((rule) => {
    if (rule.name === "charset" || (rule.nodes && rule.nodes.length === 0)) rule.remove();
  });
  return root;
}

function references(value) {
  return [...value.matchAll(/var\(\s*(--[A-Za-z0-9_-]+)/g)].map(([, name]) => name);
}

/** The tokens that the kept rules reach, directly or through other tokens. */
function tokensReached(theme, roots) {
  const values = new Map();
  theme.walkDecls(/^--/, (decl) => values.set(decl.prop, decl.value));
  const reached = new Set();
  const queue = roots.flatMap((root) => {
    const found = [];
    root.walkDecls((decl) => found.push(...references(decl.value)));
    return found;
  });
  while (queue.length > 0) {
    const name = queue.pop();
    if (reached.has(name) || !values.has(name)) continue;
    reached.add(name);
    queue.push(...references(values.get(name)));
  }
  const lines = [...values].filter(([name]) => reached.has(name)).map(([name, value]) => `${name}:${value};`);
  return { css: `:root{${lines.join("")}}`, kept: reached.size, all: values.size };
}

function fontFaces() {
  return FONTS.map(({ file, family, weight }) =>
    `@font-face{font-family:"${family}";font-style:normal;font-weight:${weight};font-display:swap;src:url("${file}") format("woff2")}`).join("\n");
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const used = wordsInTemplates();
const components = COMPONENTS.map((path) => keepUsed(postcss.parse(readFileSync(join(packages, path), "utf8")), used));
const own = OWN.map((name) => postcss.parse(readFileSync(join(here, "src", `${name}.css`), "utf8")));
const theme = postcss.parse(
  readFileSync(join(packages, "@nl-design-system-unstable/voorbeeld-design-tokens/dist/theme.css"), "utf8"));
const tokens = tokensReached(theme, [...components, ...own]);

// Components lie in a layer: our own rules then win without !important, whatever their weight.
const source = [
  "@layer components;", fontFaces(), tokens.css, `@layer components{${components.join("\n")}}`, ...own.map(String),
].join("\n");
const { code } = transform({ filename: "site.css", code: Buffer.from(source), minify: true });
const css = code.toString();
for (const forbidden of ["data:", "http:", "https:", "@import"]) {
  if (css.includes(forbidden)) throw new Error(`site.css contains ${forbidden}: the content security policy forbids it`);
}
writeFileSync(join(dist, "site.css"), css);
copyFileSync(join(here, "src", "icon.svg"), join(dist, "icon.svg"));

let firstLoad = gzipSync(css, { level: 9 }).length;
process.stdout.write(`site.css ${css.length} bytes, ${firstLoad} compressed; ${tokens.kept} of ${tokens.all} tokens\n`);
for (const font of FONTS) {
  const subset = await subsetFont(readFileSync(join(packages, font.from)), font.text, { targetFormat: "woff2" });
  writeFileSync(join(dist, font.file), subset);
  if (font.first) firstLoad += subset.length;
  process.stdout.write(`${font.file} ${subset.length} bytes\n`);
}
process.stdout.write(`first visit: ${firstLoad} bytes of ${FIRST_LOAD_LIMIT}\n`);
if (firstLoad > FIRST_LOAD_LIMIT) throw new Error("the first visit has become too heavy");
