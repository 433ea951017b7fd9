// Signing out: what was read is not behind the back button, and the session is over on both sides.
import assert from "node:assert/strict";
import { as, kept, step, TOLD } from "./world.mjs";

step("after signing out the way back shows nothing, and the old cookie opens nothing", async () => {
  const marit = await as("marit");
  await marit.go(kept.signal);
  await marit.chooses("Doel", "terugkoppeling");
  await marit.presses("Open het signaal");
  await marit.reads(TOLD);
  const [cookie] = await marit.context.cookies();
  await marit.presses("Afmelden");
  assert.equal(marit.path(), "/aanmelden");
  await marit.reads("U bent afgemeld.");
  assert.deepEqual(await marit.context.cookies(), []);
  for (let steps = 0; steps < 2; steps += 1) {
    await marit.back();
    await marit.doesNotRead(TOLD, "Proefstraat");
  }
  await marit.context.setCookie(cookie);
  await marit.go("/werk");
  assert.equal(marit.path(), "/aanmelden");
});
