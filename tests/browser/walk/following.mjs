// Following up: an action, privacycheck 2B, the doorgeefblad, word to the melder, the name behind its lock, the end.
import assert from "node:assert/strict";
import { as, at, does, follow, kept, MELDER, misses, step, TOLD } from "./world.mjs";

const SHARED = "De exploitant wisselde drie keer.";

step("an action reaches its owner without the signal, and the owner tells what was done", async () => {
  const marit = await at("marit", "Opvolgen");
  await misses(marit, "Voeg de actie toe");
  await marit.types("Wat moet er gebeuren?", "Bel de eigenaar van het pand.");
  await marit.selects("Wie doet het?", "Wim");
  await marit.types("Uiterlijk", nextMonth());
  await marit.presses("Voeg de actie toe");
  await marit.reads("Bel de eigenaar van het pand.", "Wim Kuperus");
  const wim = await at("wim", "Actie uitvoeren");
  await wim.reads("Bel de eigenaar van het pand.");
  await wim.doesNotRead(TOLD, "Proefstraat");
  await misses(wim, "Meld de actie klaar", "Schrijf wat er is gedaan");
  await wim.types("Wat is er gedaan?", "De eigenaar is gebeld.");
  await does(wim, "Meld de actie klaar", "De actie is gemeld als klaar.");
  await wim.doesNotRead("Actie uitvoeren");
  await marit.go(`${kept.signal}/opvolging`);
  await marit.reads("De eigenaar is gebeld.");
});

step("what may go to others goes past privacycheck 2B first, and then on a sheet without the melder", async () => {
  const marit = await at("marit", "Opvolgen");
  await marit.presses("Privacycheck 2B voorleggen");
  await misses(marit, "Leg voor aan de privacy officer");
  await marit.chooses("Met wie wilt u delen?", "RIEC");
  await marit.types("Grondslag", "Wgs");
  await marit.types("Waarom is delen nodig?", "Het RIEC kan dit integraal bekijken.");
  await marit.types("Wat geeft u door?", SHARED);
  await marit.selects("Label", "vergunning");
  await marit.types("Waar komt het vandaan?", "vergunningen");
  await does(marit, "Leg voor aan de privacy officer", "Het voorstel ligt bij de privacy officer.");
  const nadia = await at("nadia", "Privacycheck 2B");
  await nadia.reads(SHARED);
  await nadia.doesNotRead(TOLD);
  await misses(nadia, "Onderteken uw oordeel", "Maak hier een keuze");
  await nadia.chooses("Uw oordeel", "Vrijgeven");
  await does(nadia, "Onderteken uw oordeel", "Uw oordeel is ondertekend en de coördinator leest het.");
  await marit.go(`${kept.signal}/doorgeefblad`);
  await misses(marit, "Maak het doorgeefblad", "Kies een ontvanger", "Kies minstens één gegeven");
  await marit.go(`${kept.signal}/opvolging`);
  await marit.presses("Privacycheck 2B");
  await does(marit, "Maak het doorgeefblad", SHARED, "RIEC", "Wie het signaal meldde, staat hier niet");
  await marit.doesNotRead(TOLD, "Proefstraat", MELDER);
});

step("the melder reads that something is done with it", async () => {
  const marit = await at("marit", "Opvolgen");
  await marit.presses("Melder bericht geven");
  await misses(marit, "Laat dit de melder lezen");
  await marit.chooses("Woord", "Opgepakt");
  await does(marit, "Laat dit de melder lezen", "De melder leest het nieuwe woord met de ontvangstcode.");
  const melder = await follow(kept.code);
  await melder.reads("Opgepakt", "Wij doen hier iets mee.");
  await melder.leaves();
});

step("a name in confidence opens for the one who asked, after a second person agreed, and the melder reads why", async () => {
  const marit = await as("marit");
  await marit.go(`${kept.signal}/naam`);
  await marit.doesNotRead(MELDER);
  await misses(marit, "Vraag de privacy officer", "Schrijf in één zin waarom");
  await marit.types("Waarom hebt u de naam nodig?", "Ik moet de melder waarschuwen.");
  await marit.presses("Vraag de privacy officer");
  await marit.reads("Er ligt een verzoek bij de privacy officer.");
  const nadia = await at("nadia", "Naam van een melder");
  await nadia.reads("Ik moet de melder waarschuwen.");
  await nadia.doesNotRead(MELDER, TOLD);
  await misses(nadia, "Onderteken uw oordeel", "Maak hier een keuze");
  await nadia.chooses("Uw oordeel", "Akkoord");
  await does(nadia, "Onderteken uw oordeel", "Uw oordeel is ondertekend.");
  await marit.go(`${kept.signal}/naam`);
  await does(marit, "Lees de naam", MELDER);
  const name = marit.path();
  const joost = await as("joost");
  await joost.go(name);
  assert.equal(joost.status, 404);
  const melder = await follow(kept.code);
  await melder.reads("uw naam is geopend", "Ik moet de melder waarschuwen.");
  await melder.leaves();
});

step("a signal is closed with its term, and cannot be destroyed before that is over", async () => {
  const marit = await at("marit", "Opvolgen");
  await marit.presses("Afsluiten");
  await misses(marit, "Sluit het signaal af", "Zeg of er een maatregel kwam", "Vul per betrokkene in");
  await marit.chooses("Kwam er een maatregel?", "er is geen maatregel genomen");
  await marit.ticks("Het signaal noemt niemand");
  await does(marit, "Sluit het signaal af", "Het signaal is afgesloten.");
  await marit.go(`${kept.signal}/vernietigen`);
  await marit.reads("Dit signaal kan nu niet worden vernietigd.", "Bewaard tot");
  const melder = await follow(kept.code);
  await melder.reads("Afgesloten");
  await melder.leaves();
});

function nextMonth() {
  const day = new Date(Date.now() + 30 * 24 * 3600 * 1000);
  return `${day.getDate()}-${day.getMonth() + 1}-${day.getFullYear()}`;
}
