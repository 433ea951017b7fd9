// The other ways: the short road, on to somebody else, a reader shut out, what cannot wait, the box of the integrity contacts.
import assert from "node:assert/strict";
import { as, at, does, follow, kept, misses, step } from "./world.mjs";

step("most signals end soon: one reason, one person, and the melder reads it", async () => {
  const marit = await as("marit");
  await marit.go(`${kept.shortPlace}/intake`);
  await misses(marit, "Neem niet in behandeling", "Kies");
  await marit.chooses("Reden", "te vaag");
  await does(marit, "Neem niet in behandeling", "Het signaal is niet in behandeling genomen.");
  const melder = await follow(kept.short);
  await melder.reads("Niet opgepakt");
  await melder.leaves();
});

step("a reader is shut out and cannot open the signal any more", async () => {
  const marit = await as("marit");
  await marit.go(`${kept.referredPlace}/intake`);
  await marit.presses("Iemand uitsluiten");
  await misses(marit, "Sluit deze lezer uit");
  await marit.chooses("Lezer", "Femke");
  await does(marit, "Sluit deze lezer uit", "De lezer is uitgesloten.", "Uitgesloten: Femke Dalstra");
});

step("a signal for somebody else goes on to them", async () => {
  const marit = await as("marit");
  await marit.go(`${kept.referredPlace}/intake`);
  await marit.presses("Doorverwijzen");
  await misses(marit, "Verwijs door en sluit af", "Kies een ontvanger");
  await marit.chooses("Ontvanger", "Omgevingsdienst");
  await does(marit, "Verwijs door en sluit af", "Het signaal is doorverwezen.");
});

step("what cannot wait is decided by three who each sign, and the privacy officer is told", async () => {
  const marit = await as("marit");
  await marit.go(`${kept.urgentPlace}/intake`);
  await marit.chooses("Hoe snel moet het?", "direct");
  await marit.presses("Rond de intake af");
  await marit.reads("Spoedbesluit", "Wat kan niet wachten tot het volgende LIO?");
  await misses(marit, "Leg het spoedbesluit voor", "Kies een besluit");
  await marit.chooses("Besluit", "Naar politie of OM");
  await marit.types("Waarom", "Er is nu gevaar.");
  await marit.selects("Wie doet het", "Marit");
  await marit.types("Uiterlijk", tomorrow());
  await marit.selects("Ontvanger", "Politie");
  await marit.presses("Leg het spoedbesluit voor");
  assert.equal(marit.status, 200, await marit.text());
  const femke = await at("femke", "Spoedbesluit");
  await femke.reads("Er is nu gevaar.");
  await does(femke, "Onderteken", "Uw handtekening staat onder het spoedbesluit.");
  const hanneke = await at("hanneke", "Spoedbesluit");
  await hanneke.reads("Er is nu gevaar.");
  await does(hanneke, "Onderteken", "Uw handtekening staat onder het spoedbesluit.", "Wie is aan zet coördinator");
  const third = await at("marit", "Spoedbesluit");
  await does(third, "Onderteken", "Uw handtekening staat onder het spoedbesluit.");
  const nadia = await at("nadia", "Spoedbesluit ter kennis");
  await nadia.reads("Spoedbesluit");
});

step("a signal about a colleague is read by the integrity contacts and by nobody else", async () => {
  const gerda = await as("gerda");
  await gerda.go("/signalen");
  await gerda.presses("S-");
  await gerda.reads("Een collega zoekt adressen op");
  const place = gerda.path();
  for (const login of ["marit", "joost", "nadia"]) {
    const other = await as(login);
    await other.go(place);
    assert.equal(other.status, 404, login);
  }
});

function tomorrow() {
  const day = new Date(Date.now() + 2 * 24 * 3600 * 1000);
  return `${day.getDate()}-${day.getMonth() + 1}-${day.getFullYear()}`;
}
