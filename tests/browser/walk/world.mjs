// Who is there, and where the walk stands: one municipality for all steps, which go on where the one before ended.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { launch } from "../chromium.mjs";
import { root } from "../files.mjs";
import { Person } from "../person.mjs";
import { start } from "../service.mjs";

export const PASSWORD = "een lange zin als wachtwoord";
/** What the melder wrote: nobody but its readers may ever see it. */
export const TOLD = "Bij deze winkel zie ik nooit klanten. Sinds het voorjaar hangt de derde naam op de deur.";
export const MELDER = "Kanarie Melder";

const only = (role, seat = "vast", source = "") => `{ role = "${role}", seat = "${seat}", source = "${source}" }`;
export const PEOPLE = [
  ["marit", "Marit Oosterveen", only("coordinator")],
  ["joost", "Joost Lindegaard", only("coordinator", "plaatsvervanger")],
  ["femke", "Femke Dalstra", only("jurist")],
  ["nadia", "Nadia Veldkers", only("privacy_officer")],
  ["bram", "Bram Hoekzema", only("privacy_officer", "plaatsvervanger")],
  ["gerda", "Gerda Nijstad", only("vertrouwenspersoon")],
  ["omar", "Omar Tahiri", only("vertrouwenspersoon", "plaatsvervanger")],
  ["hanneke", "Hanneke Schurink", only("burgemeester")],
  ["anneke", "Anneke Wiersum", only("burgerzaken", "vast", "brp")],
  ["wim", "Wim Kuperus", only("bronhouder", "vast", "vergunningen")],
  ["dirk", "Dirk Polsma", only("beheerder")],
].map(([login, name, roles]) => ({ login, name, roles }));

/** What was shown, asked and complained of, in every browser of the walk. */
export const seen = [];
export const asked = [];
export const complaints = [];
/** What one step leaves for the next: codes, and the place of the signal. */
export const kept = {};

export const world = { service: undefined, browser: undefined };
const people = new Map();
let broken = "";

export async function open() {
  [world.service, world.browser] = await Promise.all([start(PEOPLE, { protocol: longWindow }), launch()]);
}

export async function close() {
  await world.browser?.close();
  await world.service?.stop();
}

/** The protocol of this municipality: pieces for the LIO can be read long before the sitting, so today as well. */
function longWindow(folder) {
  const own = join(root, "config", "protocol", "protocol.toml");
  const text = readFileSync(own, "utf8");
  const changed = text.replace(/(code = "item_window_opens"\namount = )\d+/, "$1" + "90");
  assert.notEqual(changed, text);
  mkdirSync(folder);
  writeFileSync(join(folder, "protocol.toml"), changed);
}

/** One step of the walk. After one that failed, the rest cannot be walked. */
export function step(name, walk) {
  test(name, async () => {
    if (broken) assert.fail(`not walked, because this failed: ${broken}`);
    broken = name;
    await walk();
    broken = "";
  });
}

/** Somebody at a fresh browser. */
export function somebody(how = {}) {
  return Person.at(world.browser, world.service.origin, { seen, asked, complaints, ...how });
}

/** A melder on a phone. */
export function melder() {
  return somebody({ width: 390 });
}

export async function signIn(person, login) {
  await person.types("Naam", login);
  await person.types("Wachtwoord", PASSWORD);
  await person.presses("Meld aan");
}

/** A member at their own browser, who signs in when they are not signed in yet. */
export async function as(login) {
  if (!people.has(login)) {
    const person = await somebody();
    await person.go("/aanmelden");
    await signIn(person, login);
    assert.equal(person.path(), "/werk");
    people.set(login, person);
  }
  return people.get(login);
}

/** A member with the step that waits for them, opened from their list. */
export async function at(login, task) {
  const person = await as(login);
  await person.go("/werk");
  await person.presses(task);
  assert.equal(person.status, 200);
  return person;
}

/** Follows a melding with its code. */
export async function follow(code) {
  const person = await melder();
  await person.go("/melden/volgen");
  await person.types("Uw code", code);
  await person.presses("Bekijk uw melding");
  return person;
}

/** Somebody shares a signal without a name; gives the code. */
export async function share(text, door = "Deel een signaal") {
  const person = await melder();
  await person.go("/melden");
  await person.presses(door);
  await person.types("Wat zag of hoorde u?", text);
  for (const button of ["Verder", "Verder", "Verder", "Verstuur uw signaal"]) await person.presses(button);
  await person.reads("Uw signaal is verstuurd");
  const code = await codeOn(person);
  await person.leaves();
  return code;
}

/** The code on the page of the receipt. */
export function codeOn(person) {
  return person.page.evaluate(() => document.querySelector(".code").textContent.trim());
}

/** Presses the button while something is missing: refused, with these sentences over the form, and the focus there. */
export async function misses(person, button, ...sentences) {
  await person.presses(button);
  assert.equal(person.status, 400, await person.text());
  const summary = await person.page.evaluate(() => document.querySelector(".summary").innerText);
  for (const sentence of [...sentences, "Wat u al invulde, is er nog."]) {
    assert.ok(summary.includes(sentence), `“${sentence}” is not among ${summary}`);
  }
  const links = summary.split("\n").slice(1, -1).filter(Boolean);
  assert.equal(new Set(links).size, links.length, `two mistakes read the same: ${summary}`);
  assert.equal((await person.focused()).id, "fouten");
}

/** Presses the button of an act that is done: the next page says so. */
export async function does(person, button, ...sentences) {
  await person.presses(button);
  assert.equal(person.status, 200, await person.text());
  await person.reads(...sentences);
}
