// Somebody at a browser without JavaScript and with a keyboard only. Things are found by the words that stand on the
// page, as people find them.
import assert from "node:assert/strict";

/** More presses of Tab than any page has stops. */
const FAR = 600;
const WHOLE_LINE = /\s+/g;

export class Person {
  /** A fresh browser of their own. `seen` collects every page that was shown, `asked` every address that was asked. */
  static async at(browser, origin, { width = 1280, seen = [], asked = [], complaints = [] } = {}) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const person = new Person(origin, context, page);
    await page.setJavaScriptEnabled(false);
    await page.setViewport({ width, height: width < 600 ? 844 : 900 });
    // Chromium draws its own page for what cannot be reached with pictures of its own.
    page.on("request", (request) => request.url().startsWith("data:") || asked.push(request.url()));
    page.on("console", (message) => {
      const missing = message.text().startsWith("Failed to load resource") && message.location().url === page.url();
      if (message.type() === "error" && !missing) complaints.push(`${page.url()}: ${message.text()}`);
    });
    person.seen = seen;
    return person;
  }

  constructor(origin, context, page) {
    Object.assign(this, { origin, context, page });
  }

  /** Types an address in the address bar. */
  async go(path) {
    await this.page.goto(new URL(path, this.origin).href, { waitUntil: "load" }).then((answer) => this.arrived(answer));
    return this;
  }

  async back() {
    await this.page.goBack({ waitUntil: "load" }).then((answer) => this.arrived(answer));
  }

  /** Keeps what was shown, and gives the status. */
  async arrived(answer) {
    this.status = answer?.status() ?? 0;
    if (!answer) return;
    const text = await answer.text();
    this.seen.push({ url: answer.url(), status: answer.status(), headers: answer.headers(), text });
  }

  /** What stands on the page and in its fields, as one line. */
  async text() {
    const text = await this.page.evaluate(() => {
      const fields = document.querySelectorAll("textarea, input[type=text]");
      return [document.body.innerText, ...[...fields].map((field) => field.value)].join(" ");
    });
    return text.replace(WHOLE_LINE, " ");
  }

  async reads(...sentences) {
    const text = await this.text();
    for (const sentence of sentences) assert.ok(includes(text, sentence), `“${sentence}” is not on ${this.page.url()}: ${text}`);
  }

  async doesNotRead(...sentences) {
    const text = await this.text();
    for (const sentence of sentences) assert.ok(!includes(text, sentence), `“${sentence}” is on ${this.page.url()}: ${text}`);
  }

  /** The main heading. */
  heading() {
    return this.page.evaluate(() => document.querySelector("h1").innerText.replace(/\s+/g, " "));
  }

  path() {
    return new URL(this.page.url()).pathname;
  }

  /** What has the focus. */
  focused() {
    return this.page.evaluate(() => {
      const words = (node) => (node ? node.textContent.replace(/\s+/g, " ").replace("(niet verplicht)", "").trim() : "");
      const active = document.activeElement;
      const group = active.closest("[role=radiogroup], [role=group], fieldset");
      const named = group?.getAttribute("aria-labelledby");
      return {
        tag: active.tagName.toLowerCase(),
        type: active.type ?? "",
        name: active.name ?? "",
        id: active.id,
        checked: Boolean(active.checked),
        value: active.tagName === "SELECT" ? words(active.selectedOptions[0]) : (active.value ?? ""),
        words: active.id && document.querySelector(`label[for="${active.id}"]`) ? words(document.querySelector(`label[for="${active.id}"]`)) : words(active),
        group: named ? words(document.getElementById(named)) : words(group?.querySelector("legend")),
      };
    });
  }

  /** Presses Tab until this has the focus. */
  async tabTo(what, wanted) {
    let ends = 0;
    for (let presses = 0; presses < FAR; presses += 1) {
      const now = await this.focused();
      if (now.tag === "body") ends += 1;
      if (ends > 2) break;
      if (now.tag !== "body" && wanted(now)) return now;
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`no key leads to ${what} on ${this.page.url()}: ${await this.text()}`);
  }

  /** Fills a field in, in place of what stood there. */
  async types(label, text) {
    const writes = ({ tag, type }) => tag === "textarea" || (tag === "input" && !["radio", "checkbox", "submit"].includes(type));
    await this.tabTo(`the field “${label}”`, (now) => writes(now) && now.words.startsWith(label));
    const { keyboard } = this.page;
    await keyboard.down("Control");
    await keyboard.press("a");
    await keyboard.up("Control");
    await keyboard.press("Backspace");
    await keyboard.sendCharacter(text);
  }

  /** Chooses one of a group of radio buttons. */
  async chooses(group, option) {
    const first = await this.tabTo(`the choice “${group}”`, (now) => now.type === "radio" && now.group.includes(group));
    if (first.words.startsWith(option)) {
      if (!first.checked) await this.page.keyboard.press("Space");
      return;
    }
    for (let presses = 0; presses < FAR; presses += 1) {
      await this.page.keyboard.press("ArrowDown");
      const now = await this.focused();
      if (now.words.startsWith(option)) return;
      if (now.id === first.id) break;
    }
    assert.fail(`“${option}” cannot be chosen at “${group}” on ${this.page.url()}`);
  }

  /** Ticks a box, wherever it stands or in this group. */
  async ticks(option, group = "") {
    const box = await this.tabTo(`the box “${option}”`, (now) => now.type === "checkbox" && now.words.startsWith(option) && now.group.includes(group));
    if (!box.checked) await this.page.keyboard.press("Space");
  }

  /** Chooses from a list that folds out. */
  async selects(label, option) {
    const first = await this.tabTo(`the list “${label}”`, (now) => now.tag === "select" && now.words.startsWith(label));
    let { value } = first;
    for (let presses = 0; presses < FAR && !value.startsWith(option); presses += 1) {
      await this.page.keyboard.press("ArrowDown");
      const now = (await this.focused()).value;
      assert.notEqual(now, value, `“${option}” is not in “${label}” on ${this.page.url()}`);
      value = now;
    }
  }

  /** Follows a link or presses a button; waits for what comes. */
  async presses(words) {
    await this.tabTo(`“${words}”`, (now) => ["a", "button"].includes(now.tag) && now.words.startsWith(words));
    const [answer] = await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }), this.page.keyboard.press("Enter")]);
    await this.arrived(answer);
  }

  /** Follows a link to a page that cannot be reached from here. */
  async loses(words) {
    await this.tabTo(`“${words}”`, (now) => now.tag === "a" && now.words.startsWith(words));
    await Promise.all([this.page.waitForNavigation({ waitUntil: "load" }).catch(() => undefined), this.page.keyboard.press("Enter")]);
  }

  async leaves() {
    await this.context.close();
  }
}

/** On screen letters may be capitals that the text has not. */
function includes(text, sentence) {
  return text.toLowerCase().includes(sentence.toLowerCase());
}
