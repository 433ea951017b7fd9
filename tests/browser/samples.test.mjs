// Every page in every state that the unit tests wrote to target/voorbeelden, as a browser shows it.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { launch } from "./chromium.mjs";
import { root, serveFiles } from "./files.mjs";
import { look } from "./look.mjs";

const folder = join(root, "target", "voorbeelden");
const pages = readdirSync(folder).filter((name) => name.endsWith(".html")).sort().map((name) => join(folder, name));

/** What a page must never be: no language, an image without words, wider than a phone, style and script of its own. */
const WRONG = `<!doctype html><html><head><title>fout</title><style>p{color:red}</style><script>1</script></head>
<body><main><h1>fout</h1><img src="/weg.png" width="600" height="9"></main></body></html>`;

describe("every page in every state", { concurrency: 2 }, () => {
  let browser;
  let files;
  before(async () => {
    files = await serveFiles(pages);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await files?.close();
  });

  it("there are pages to look at", () => assert.ok(pages.length > 50, `${pages.length} pages in ${folder}`));
  it("a page with mistakes does not pass", async () => {
    const folder = mkdtempSync(join(tmpdir(), "meldroute-fout-"));
    try {
      writeFileSync(join(folder, "fout.html"), WRONG);
      const served = await serveFiles([join(folder, "fout.html")]);
      const { found } = await look(browser, served.address("fout.html")).finally(served.close);
      for (const mistake of ["html-has-lang", "image-alt", "scrolls sideways at 320 px", "404: ", "style-src", "script-src"]) {
        assert.ok(found.some((line) => line.includes(mistake)), `${mistake} is not among ${found.join("\n")}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  for (const page of pages) {
    it(`${basename(page, ".html")} has nothing that WCAG 2.2 AA forbids, and fits a screen of 320 px`, async () => {
      assert.deepEqual((await look(browser, files.address(page))).found, []);
    });
  }
});
