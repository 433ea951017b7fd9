// A signal from the melder's phone to its end, on the real service, by people without JavaScript and with a keyboard
// only. Whatever was shown on the way is looked at with axe afterwards.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { look } from "./look.mjs";
import { AWAY } from "./service.mjs";
import { asked, close, complaints, open, seen, world } from "./walk/world.mjs";

/** With SHOTS the pictures of every page go there. */
const shots = process.env.SHOTS;
if (shots) mkdirSync(shots, { recursive: true });

before(open);
after(close);

for (const part of ["coming_in", "melder", "weighing", "enriching", "deciding", "following", "other_ways", "leaving"]) {
  await import(`./walk/${part}.mjs`);
}

test("no page asked anything of another place, but for the way out of a melder who stops", () => {
  assert.ok(asked.length > 100);
  assert.deepEqual([...new Set(asked.map((address) => new URL(address).origin))].sort(), [world.service.origin, new URL(AWAY).origin].sort());
});

test("no page was refused anything by its own policy", () => assert.deepEqual(complaints, []));

test("every page that was shown", { concurrency: 2 }, async (t) => {
  const looking = pages().map(([name, page]) =>
    t.test(`${name} has nothing that WCAG 2.2 AA forbids, and fits a screen of 320 px`, async () => {
      assert.deepEqual((await look(world.browser, page.url, { body: page, shots, name, widths: [1280, 320] })).found, []);
    }),
  );
  assert.ok(looking.length > 60, `${looking.length} pages`);
  await Promise.all(looking);
});

test("the service had nothing to complain of", () => assert.equal(world.service.log(), ""));

/**
 * The pages to look at, with a name for each. Left out is what has the title of another and no kind of element that the
 * other has not: it differs in nothing that is looked at here.
 */
function pages() {
  const shown = seen.filter(({ headers }) => headers["content-type"]?.startsWith("text/html"));
  const known = shown.map((page) => ({ page, title: titleOf(page), kinds: kindsOf(page) }));
  const wanted = [];
  for (const one of known.sort((a, b) => b.kinds.size - a.kinds.size)) {
    const covered = wanted.some(({ title, kinds }) => title === one.title && [...one.kinds].every((kind) => kinds.has(kind)));
    if (!covered) wanted.push(one);
  }
  const times = new Map();
  return wanted.map(({ page, title }) => {
    times.set(title, (times.get(title) ?? 0) + 1);
    return [times.get(title) === 1 ? title : `${title} (${times.get(title)})`, page];
  });
}

/** The title without the name of the site and without the reference of a signal. */
function titleOf({ text }) {
  const [title] = /(?<=<title>)[^<]*(?= - )/.exec(text) ?? ["page without a title"];
  return title.replace(/ [A-Z]-[0-9A-Z]{4}-[0-9A-Z]{2}/, "").replaceAll("/", " ");
}

function kindsOf({ text }) {
  const kind = (tag) => [/^<[a-z0-9]+/, /class="[^"]*"/, /type="[^"]*"/, /role="[^"]*"/].map((part) => part.exec(tag)?.[0] ?? "").join(" ");
  return new Set(text.match(/<[a-z][^>]*>/g).map(kind));
}
