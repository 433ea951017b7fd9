// Enriching: bronvragen, privacycheck 1, the answer of a source holder, weging 4.
import assert from "node:assert/strict";
import { as, at, does, kept, misses, step, TOLD } from "./world.mjs";

const QUESTION = "Is voor Proefstraat 14 een vergunning aangevraagd?";

step("the coordinator proposes questions, and nothing of what was typed is lost when something is missing", async () => {
  const marit = await at("marit", "Bronvragen voorstellen");
  await marit.ticks("BRP");
  await misses(marit, "Leg voor aan de privacy officer", "Schrijf wat u wilt vaststellen");
  await marit.types("Doel", "Vaststellen of er een vergunde exploitant is.");
  await marit.chooses("Over wie of wat", "een pand");
  await marit.ticks("Witwassen");
  await marit.ticks("BRP");
  await marit.types("Vraag", "Staan er op Proefstraat 14 mensen ingeschreven?");
  await marit.ticks("Vergunningen");
  await marit.types("Vraag", QUESTION);
  await does(marit, "Leg voor aan de privacy officer", "De bronvragen liggen bij de privacy officer.");
});

step("the privacy officer judges without the text of the signal, and clears one question and refuses the other", async () => {
  const nadia = await at("nadia", "Privacycheck 1");
  await nadia.reads("Privacycheck 1", QUESTION, "U ziet de tekst van het signaal niet");
  await nadia.doesNotRead(TOLD);
  await misses(nadia, "Onderteken", "BRP: maak hier een keuze", "Vergunningen: maak hier een keuze");
  await nadia.chooses("Uw oordeel over BRP", "Weigeren");
  await nadia.chooses("Uw oordeel over Vergunningen", "Vrijgeven");
  await misses(nadia, "Onderteken", "schrijf waarom u weigert");
  await nadia.types("Waarom geweigerd", "Het gaat om het pand, niet om de bewoners.");
  await does(nadia, "Onderteken", "Uw oordeel is ondertekend en de coördinator leest het.", "Er wacht geen privacycheck op u.");
  assert.equal((await nadia.focused()).words, "Uw oordeel is ondertekend en de coördinator leest het.");
});

step("the source holder sees the question and nothing else, and answers once", async () => {
  const wim = await at("wim", "Bronvraag beantwoorden");
  await wim.reads("Vraag aan uw bron", QUESTION, "U ziet niet wat er gemeld is en door wie");
  await wim.doesNotRead(TOLD, " S-");
  kept.question = wim.path();
  await misses(wim, "Verstuur antwoord", "Maak hier een keuze");
  await wim.chooses("Uw antwoord", "Ik kan of mag");
  await wim.presses("Verstuur antwoord");
  await wim.reads("reden");
  await wim.go(kept.question);
  await wim.chooses("Uw antwoord", "Ja, er is iets bekend");
  await wim.chooses("Alleen bij “ja”", "korter dan 1 jaar");
  await does(wim, "Verstuur antwoord", "Uw antwoord is verstuurd", "U kunt het niet meer inzien");
  await wim.presses("Naar uw vragen");
  await wim.reads("Er wacht geen vraag op u.", "Beantwoord");
  const anneke = await as("anneke");
  await anneke.go(kept.question);
  assert.equal(anneke.status, 404);
});

step("weging 4 is drafted by one and signed by the jurist, with the answer in sight", async () => {
  const overview = await as("marit");
  await overview.go(`${kept.signal}/bronvragen`);
  const marit = await at("marit", "Weging 4 opstellen");
  await misses(marit, "Onderteken en leg voor", "Kies wat u voorstelt", "Kies wie er meetekent");
  await marit.chooses("Bevestigd", "ja");
  await marit.types("Waarom bij 1. Bevestigd", "Er is een hit.");
  await marit.chooses("Wat stelt u voor?", "Naar het LIO");
  await marit.chooses("Wie tekent mee?", "Femke");
  await does(marit, "Onderteken en leg voor", "De weging is ondertekend en voorgelegd.");
  const femke = await at("femke", "Weging 4 meetekenen");
  await femke.reads(TOLD, "Er is een hit.");
  await does(femke, "Onderteken", "De weging is door twee mensen ondertekend.");
});
