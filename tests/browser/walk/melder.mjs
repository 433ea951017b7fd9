// The melder: four steps on a phone, the receipt, and following with the code.
import assert from "node:assert/strict";
import { AWAY } from "../service.mjs";
import { asked, codeOn, follow, kept, melder, MELDER, misses, share, step, TOLD } from "./world.mjs";

step("a melder shares a signal on a phone in four steps, and a mistake keeps the text", async () => {
  const person = await melder();
  await person.go("/melden");
  await person.presses("Deel een signaal");
  await person.reads("stap 1 van 4");
  await person.ticks("Zaak zonder klanten");
  await misses(person, "Verder", "Vertel wat u zag of hoorde");
  await person.types("Wat zag of hoorde u?", TOLD);
  await person.presses("Verder");
  await person.reads("stap 2 van 4");
  await person.types("Waar was het?", "Proefstraat 14");
  await person.chooses("Hoe precies weet u de plek?", "Dit adres of gebouw");
  await person.chooses("Wanneer was het?", "Het gaat nog door");
  await person.types("Wie of wat zag u?", "Op de deur staat Belwinkel Horizon.");
  await person.ticks("Zelf gezien of gehoord");
  await person.presses("Verder");
  await person.reads("stap 3 van 4");
  await person.chooses("Hoe wilt u dit delen?", "Vertrouwelijk");
  await misses(person, "Verder", "Vul uw naam in, of kies Anoniem");
  await person.types("Uw naam", MELDER);
  await person.types("Telefoon of e-mail", "06-00000005");
  await person.ticks("Ja, daar ben ik bang voor");
  await person.presses("Verder");
  await person.reads("Klopt dit zo?", TOLD, "Zaak zonder klanten", "Proefstraat 14", `Vertrouwelijk: ${MELDER}`, "Er is nog niets verstuurd");
});

step("what the melder changes at the end is changed, and the rest stays", async () => {
  const person = await melder();
  await person.go("/melden/signaal");
  await person.types("Wat zag of hoorde u?", TOLD);
  await person.ticks("Zaak zonder klanten");
  await person.presses("Verder");
  await person.types("Waar was het?", "Proefstraat 41");
  await person.presses("Verder");
  await person.presses("Vorige stap");
  await person.presses("Vorige stap");
  await person.reads(TOLD);
  await person.presses("Verder");
  await person.presses("Verder");
  await person.chooses("Hoe wilt u dit delen?", "Vertrouwelijk");
  await person.types("Uw naam", MELDER);
  await person.presses("Verder");
  await person.presses("Wijzigen: waar");
  await person.types("Waar was het?", "Proefstraat 14");
  await person.presses("Verder");
  await person.presses("Verder");
  await person.reads("Klopt dit zo?", TOLD, "Zaak zonder klanten", "Proefstraat 14", `Vertrouwelijk: ${MELDER}`);
  await person.presses("Verstuur uw signaal");
  assert.equal(person.status, 200);
  await person.reads("Veilig opgeslagen", "Uw signaal is verstuurd", "Zo bewaart u de code");
  kept.code = await codeOn(person);
  assert.match(kept.code, /^([0-9A-HJKMNP-TV-Z]{3} ?){7}$/);
  await person.presses("Code bewaard? Sluit deze pagina");
  await person.back();
  await person.doesNotRead(kept.code, TOLD);
  await person.leaves();
});

step("the code is good as people type it, and a mistake in it is told and stays in its box", async () => {
  const short = await follow(kept.code.slice(0, -1));
  assert.equal(short.status, 400);
  await short.reads("Er mist een teken. Groepje 7 is");
  assert.equal((await short.focused()).value, kept.code.slice(0, -1));
  const typed = kept.code.toLowerCase().replaceAll(" ", " - ").replaceAll("0", "o").replace("1", "i").replaceAll("1", "L");
  await short.types("Uw code", ` ${typed} `);
  await short.presses("Bekijk uw melding");
  assert.equal(short.status, 200);
  await short.reads("Ontvangen", "Wij hebben uw signaal.");
  await short.leaves();
  const unknown = await follow("000 000 000 000 000 000 000");
  assert.equal(unknown.status, 400);
  await unknown.reads("Wij kennen deze code niet, of de melding is weg.");
  await unknown.leaves();
});

step("who stops is away at once, and the way back shows nothing of what was typed", async () => {
  const person = await melder();
  await person.go("/melden/signaal");
  await person.types("Wat zag of hoorde u?", "Dit wil ik toch niet kwijt.");
  await person.presses("Verder");
  await person.reads("stap 2 van 4");
  // Nothing outside this machine can be reached here, so that the other page does not come.
  await person.loses("Stoppen en wissen");
  assert.equal(asked.at(-1), AWAY);
  await person.go("/melden");
  await person.go("/melden/signaal");
  await person.doesNotRead("Dit wil ik toch niet kwijt.");
  await person.leaves();
});

step("a signal about a colleague, one that ends soon, one that goes on to others and one that cannot wait come in", async () => {
  kept.colleague = await share("Een collega zoekt adressen op die niets met het werk te maken hebben.", "Het gaat over een collega");
  kept.short = await share("Er woont een rare man in onze straat.");
  kept.referred = await share("Er liggen blauwe vaten in de bosrand en het ruikt scherp.");
  kept.urgent = await share("Er is brand gesticht en iemand loopt rond met een wapen.");
});
