// Deciding: the piece for the LIO, privacycheck 2A, publishing, reading it, and the decision.
import assert from "node:assert/strict";
import { as, at, does, kept, misses, step, TOLD } from "./world.mjs";

const FACT = "Derde exploitant in een jaar.";
const PERMIT = "Vergunning twee keer ingetrokken.";

step("a piece for the LIO is written fact by fact, and who reads which", async () => {
  const marit = await at("marit", "Stuk voor het LIO klaarzetten");
  await misses(marit, "Leg voor aan de privacy officer", "Geef een neutrale titel", "Kies minstens één gegeven", "Nodig minstens één deelnemer uit");
  await marit.types("Neutrale titel", "Winkelpand, aanpak kiezen");
  await marit.types("Vraag aan het overleg", "Welke aanpak past hier?");
  await marit.types("Gegeven 1", FACT);
  await marit.selects("Regels", "open");
  await marit.types("Waar komt het vandaan", "handelsregister");
  await marit.types("Gegeven 2", PERMIT);
  await marit.selects("Regels", "vergunning");
  await marit.types("Waar komt het vandaan", "vergunningen");
  await marit.presses("Meer regels");
  await marit.reads("Gegeven 5");
  await marit.ticks("gegeven 1", "Anneke");
  await marit.ticks("gegeven 2", "Anneke");
  await marit.ticks("gegeven 1", "Wim");
  await does(marit, "Leg voor aan de privacy officer", "Het stuk ligt bij de privacy officer.");
});

step("privacycheck 2A is judged per participant on one page", async () => {
  const nadia = await at("nadia", "Privacycheck 2A");
  await nadia.reads(FACT, PERMIT, "Anneke Wiersum", "Wim Kuperus");
  await nadia.doesNotRead(TOLD);
  await misses(nadia, "Onderteken", "Anneke Wiersum: maak hier een keuze", "Wim Kuperus: maak hier een keuze");
  await nadia.chooses("Uw oordeel over Anneke", "Versmallen");
  await nadia.ticks("1. Derde");
  await nadia.types("Waarom smaller of niet", "Burgerzaken kent dit al.");
  await nadia.chooses("Uw oordeel over Wim", "Vrijgeven");
  await does(nadia, "Onderteken", "Uw oordeel is ondertekend en de coördinator leest het.");
});

step("what was cleared is published, and each participant reads exactly their own copy", async () => {
  const marit = await at("marit", "Stuk publiceren");
  await marit.reads("Burgerzaken kent dit al.");
  await marit.presses("Publiceer aan 2 deelnemers");
  await marit.go("/lio");
  await marit.reads("Winkelpand, aanpak kiezen", "gepubliceerd sinds");
  const anneke = await at("anneke", "Stuk voor het LIO lezen");
  await anneke.reads(FACT, "Welke aanpak past hier?", "Dit staat in het logboek");
  await anneke.doesNotRead(PERMIT, TOLD);
  const item = anneke.path();
  await anneke.go("/lio");
  await anneke.reads("Winkelpand, aanpak kiezen");
  for (const login of ["femke", "nadia", "dirk"]) {
    const other = await as(login);
    await other.go(item);
    assert.equal(other.status, 404, login);
  }
});

step("the chair writes down what the LIO decided, with all that the decision needs", async () => {
  const marit = await at("marit", "Besluit vastleggen");
  await misses(marit, "Onderteken en leg het besluit vast", "Kies een besluit", "Schrijf waarom");
  await marit.chooses("Besluit", "Dossier met regie");
  await marit.types("Waarom", "Hier is regie nodig.");
  await misses(marit, "Onderteken en leg het besluit vast", "Vul in wie het doet", "een datum");
  await marit.reads("Hier is regie nodig.");
  await marit.selects("Wie doet het", "Wim");
  await marit.types("Uiterlijk", inTwoMonths());
  await does(marit, "Onderteken en leg het besluit vast", "Het besluit is vastgelegd.", "Opvolgen");
  await marit.go(kept.signal);
  await marit.presses("Alles tonen");
  await marit.reads("U legde het besluit van het LIO vast", "De melder deelde dit signaal");
});

function inTwoMonths() {
  const day = new Date(Date.now() + 60 * 24 * 3600 * 1000);
  return `${day.getDate()}-${day.getMonth() + 1}-${day.getFullYear()}`;
}
