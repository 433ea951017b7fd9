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

step("the LIO reads what was decided in haste after the same privacycheck 2A, and is not asked to decide", async () => {
  const marit = await at("marit", "Stuk voor het LIO klaarzetten");
  await marit.reads("Naar politie of OM, genomen op", "Dit is al besloten", "Er is nu gevaar.");
  await marit.types("Gegeven 1", "De politie is gewaarschuwd.");
  await marit.selects("Regels", "open");
  await marit.types("Waar komt het vandaan", "zelf gedaan");
  await marit.ticks("gegeven 1", "Anneke");
  await does(marit, "Leg voor aan de privacy officer", "Het stuk ligt bij de privacy officer.");
  const nadia = await at("nadia", "Privacycheck 2A");
  await nadia.reads("Naar politie of OM, genomen op", "De politie is gewaarschuwd.");
  await nadia.doesNotRead("Er is nu gevaar.");
  await nadia.chooses("Uw oordeel over Anneke", "Vrijgeven");
  await does(nadia, "Onderteken", "Uw oordeel is ondertekend en de coördinator leest het.");
  const publisher = await at("marit", "Stuk publiceren");
  await publisher.presses("Publiceer aan 1 deelnemer");
  const anneke = await as("anneke");
  await anneke.go("/lio");
  await anneke.presses("Spoedbesluit van");
  await anneke.reads("Dit besluit is al genomen", "Het LIO besluit niet opnieuw", "De politie is gewaarschuwd.");
  await anneke.doesNotRead("Er is nu gevaar.");
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
