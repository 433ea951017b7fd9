// From received to weighed: the list, the purpose, the intake, weging 3 and the second who returns and then signs.
import assert from "node:assert/strict";
import { as, at, does, kept, MELDER, misses, somebody, step, TOLD } from "./world.mjs";

step("the coordinator sees what waits without a word of it, and reads the signal with the line of the log above it", async () => {
  const marit = await as("marit");
  await marit.go("/werk");
  await marit.reads("Intake afmaken", "Deze lijst toont geen inhoud");
  await marit.doesNotRead(TOLD, "Proefstraat", MELDER, "collega");
  await marit.go("/signalen");
  await marit.doesNotRead(TOLD, "Proefstraat", MELDER);
  const links = await marit.page.evaluate(() => [...document.querySelectorAll(".work a")].map((link) => new URL(link.href).pathname));
  assert.equal(links.length, 4, "the signal about a colleague is not hers");
  for (const place of links) {
    await marit.go(`${place}/intake`);
    await marit.reads("Dit staat in het logboek");
    const text = await marit.text();
    if (text.includes(TOLD)) kept.signal = place;
    else if (text.includes("rare man")) kept.shortPlace = place;
    else if (text.includes("vaten")) kept.referredPlace = place;
    else kept.urgentPlace = place;
  }
  await marit.go(kept.signal);
  await marit.reads(TOLD, "Proefstraat 14", "vertrouwelijk", "doel intake");
  await marit.doesNotRead(MELDER);
});

step("what one may not know of is the same page as what does not exist", async () => {
  const nowhere = "/signalen/00000000-0000-4000-8000-000000000000";
  for (const login of ["dirk", "gerda", "wim", "nadia", "hanneke"]) {
    const person = await as(login);
    for (const page of ["", "/intake", "/geschiedenis", "/naam"]) {
      await person.go(nowhere + page);
      const missing = { status: person.status, text: await person.text() };
      await person.go(kept.signal + page);
      assert.deepEqual({ status: person.status, text: await person.text() }, missing, `${login} ${page}`);
      assert.equal(person.status, 404);
    }
  }
  const nobody = await somebody();
  await nobody.go(kept.signal);
  assert.equal(nobody.path(), "/aanmelden");
  await nobody.leaves();
});

step("the intake tells all that is missing at once, and keeps what was filled in", async () => {
  const marit = await as("marit");
  await marit.go(`${kept.signal}/intake`);
  await marit.chooses("Speelt het in onze gemeente?", "ja");
  await misses(marit, "Rond de intake af", "3 punten kloppen nog niet", "Zeg of dit ondermijning is", "Zeg of het een taak van de gemeente is", "Kies hoe snel het moet");
  await marit.chooses("Is dit ondermijning?", "ja");
  await marit.ticks("Ontwricht sociale");
  await marit.ticks("Gelegenheid: zakelijk");
  await marit.ticks("steeds hetzelfde patroon");
  await marit.selects("Waar lijkt het op?", "Witwassen");
  await marit.chooses("Is het een taak", "ja");
  await marit.selects("Bevoegdheid", "APV, toezicht");
  await marit.chooses("Hoe snel moet het?", "eerstvolgende LIO");
  await does(marit, "Rond de intake af", "De intake is afgerond. Het signaal gaat door naar wegen.");
  await marit.doesNotRead(TOLD);
});

step("off one's own step one first says for which purpose the signal is opened", async () => {
  const joost = await as("joost");
  const marit = await at("marit", "Weging 3 opstellen");
  await judge(marit, "onbekend");
  await does(marit, "Onderteken en leg voor", "De weging is ondertekend en voorgelegd.");
  await marit.go(kept.signal);
  await marit.reads("Waarvoor opent u", "Uw keuze komt in het logboek");
  await marit.doesNotRead(TOLD);
  await marit.chooses("Doel", "overig");
  await misses(marit, "Open het signaal", "punt klopt nog niet");
  await marit.chooses("Doel", "terugkoppeling");
  await does(marit, "Open het signaal", TOLD, "doel terugkoppeling");
  await joost.go("/werk");
  await joost.reads("Weging 3 meetekenen");
});

step("the second gives weging 3 back with a sentence, and the first reads it and improves", async () => {
  const joost = await at("joost", "Weging 3 meetekenen");
  await joost.reads(TOLD, "Bent u het eens met deze weging?", "Wisselende namen.");
  await misses(joost, "Geef terug met een zin", "Schrijf in een zin waarom");
  await joost.types("Wat klopt er niet?", "Kijk nog eens naar de urgentie.");
  await does(joost, "Geef terug met een zin", "De weging is teruggegeven.");
  const marit = await at("marit", "Weging 3 opstellen");
  await marit.reads("Kijk nog eens naar de urgentie.");
});

step("two people at one weging: the second is told what the first wrote, chooses per point, and loses no text", async () => {
  const marit = await at("marit", "Weging 3 opstellen");
  const joost = await at("joost", "Weging 3 opstellen");
  await joost.chooses("Ernst", "zeer ernstig");
  await does(joost, "Bewaar als concept", "Uw concept is bewaard.");
  await marit.chooses("Ernst", "ernstig");
  await marit.chooses("Urgentie", "eerstvolgende LIO");
  await marit.types("Waarom bij 6. Urgentie", "De zitting volstaat.");
  await marit.chooses("Wie tekent mee?", "Joost");
  await marit.presses("Onderteken en leg voor");
  assert.equal(marit.status, 409);
  await marit.reads("Joost Lindegaard wijzigde deze weging", "Uw tekst is bewaard.", "zeer ernstig", "De zitting volstaat.");
  assert.match((await marit.focused()).words, /^Joost Lindegaard wijzigde/);
  await marit.chooses("Ernst", "mijn keuze");
  await marit.presses("Ga verder met deze keuzes");
  await marit.reads("schreef mee en kan daarom niet meetekenen");
  await marit.chooses("Wie tekent mee?", "Femke");
  await does(marit, "Onderteken en leg voor", "De weging is ondertekend en voorgelegd.");
});

step("whoever wrote along cannot sign; another second does, and the signal goes on to enriching", async () => {
  const joost = await as("joost");
  await joost.go(`${kept.signal}/weging-3/meetekenen`);
  assert.notEqual(joost.status, 200);
  await joost.doesNotRead("Geef terug met een zin");
  const femke = await at("femke", "Weging 3 meetekenen");
  await femke.reads("De zitting volstaat.", "5. Ernst ernstig");
  await does(femke, "Onderteken", "De weging is door twee mensen ondertekend.");
});

/** Fills weging 3 in. */
async function judge(person, urgency) {
  await person.chooses("Bron", "X niet te beoordelen");
  await person.chooses("Inhoud", "1 zelf gezien");
  await person.types("Waarom bij 2. Inhoud", "Beschrijft alleen wat te zien was.");
  await person.chooses("Concreet", "onbekend");
  await person.chooses("Actueel", "onbekend");
  await person.chooses("Ernst", "merkbaar");
  await person.types("Waarom bij 5. Ernst", "Wisselende namen.");
  await person.chooses("Urgentie", urgency);
  for (const criterion of ["Aanpakbaar", "Evenredig"]) await person.chooses(criterion, "onbekend");
  await person.types("9. Lichter kan niet", "Toezicht ziet alleen de gevel.");
  await person.selects("10. Thema", "Witwassen");
  await person.chooses("Wat stelt u voor?", "Verrijken");
  await person.chooses("Wie tekent mee?", "Joost");
}
