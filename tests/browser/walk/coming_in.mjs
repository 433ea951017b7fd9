// Coming in for the first time, and the session that everybody gets.
import assert from "node:assert/strict";
import { as, melder, misses, PASSWORD, PEOPLE, somebody, step, world } from "./world.mjs";

step("before anybody is in, the doors are shut and say whom to call", async () => {
  const person = await melder();
  await person.go("/melden");
  await person.reads("Deze weg is nu dicht. Bel de coördinator.", "Bel de vertrouwenspersoon");
  await person.leaves();
});

step("everybody comes in with a one-time code and a password of their own, and a mistake keeps what was typed", async () => {
  for (const { login } of PEOPLE) {
    const person = await somebody();
    await person.go("/aanmelden");
    await person.presses("Ik meld mij voor het eerst aan");
    await person.types("Naam", login);
    await person.types("Code", world.service.codes.get(login));
    await person.types("Nieuw wachtwoord", PASSWORD);
    if (login === "marit") {
      await person.types("Nog een keer", "iets anders");
      await misses(person, "Stel uw wachtwoord in", "De twee wachtwoorden zijn niet gelijk");
      await person.types("Nieuw wachtwoord", PASSWORD);
    }
    await person.types("Nog een keer", PASSWORD);
    await person.presses("Stel uw wachtwoord in");
    await person.reads("Uw wachtwoord is ingesteld");
    await person.leaves();
  }
});

step("a wrong password is refused without saying which of the two was wrong", async () => {
  const person = await somebody();
  await person.go("/werk");
  assert.equal(person.path(), "/aanmelden");
  await person.types("Naam", "marit");
  await person.types("Wachtwoord", "een andere lange zin");
  await person.presses("Meld aan");
  assert.equal(person.status, 400);
  await person.reads("Deze naam en dit wachtwoord horen niet bij elkaar");
  await person.leaves();
});

step("signing in gives a cookie that opens and one that names, which no script reads, only this host gets, and that go with the browser", async () => {
  const marit = await as("marit");
  const cookies = await marit.context.cookies();
  const told = ({ name, path, secure, httpOnly, sameSite, session }) => ({ name, path, secure, httpOnly, sameSite, session });
  const alike = { path: "/", secure: true, httpOnly: true, session: true };
  assert.deepEqual(cookies.map(told).sort((a, b) => a.name.localeCompare(b.name)), [
    { name: "__Host-lid", ...alike, sameSite: "Strict" },
    { name: "__Host-sessie", ...alike, sameSite: "Lax" },
  ]);
  await marit.reads("Er wacht niets op u.");
  // The second holder of a group gets its key while the first is signed in.
  for (const login of ["femke", "nadia", "gerda"]) await as(login);
});
