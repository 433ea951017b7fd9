// The real service in a process of its own, set up as an operator does it, in a folder that goes afterwards.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "./files.mjs";

const program = join(process.env.CARGO_TARGET_DIR || join(root, "target"), "debug", "meldroute");
/** Only a service that hangs needs longer. */
const PATIENCE_MS = 120_000;

/** The least that the vault allows a password to cost, so that the walk does not wait for passwords. */
const SETTINGS = `mode = "live"
[database]
sqlite = "data/meldroute.sqlite"
[keys]
folder = "keys"
setup_fingerprint = ""
log_name = "wandeling.meldroute.example/logboek"
[listen]
public = "127.0.0.1:0"
staff = "127.0.0.1:0"
[password]
memory_kib = 19456
passes = 2
[sign_in]
second_factor = "off"
[protocol]
folder = "protocol"
[log]
level = "warn"
`;

/** Where "Stoppen en wissen" leads, as config/default.toml has it. */
export const AWAY = "https://www.nu.nl/";

/**
 * Sets a municipality up with these people (`{login, name, roles}`, roles as in config/members.toml) and serves it.
 * `protocol` writes the municipality's own protocol files into the folder it is given. Gives `{origin, codes, log(), stop()}`: the one-time codes by login, and all that it wrote on standard error.
 */
export async function start(people, { protocol }) {
  const folder = mkdtempSync(join(tmpdir(), "meldroute-wandeling-"));
  let child;
  let log = "";
  const stop = async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
    return child?.exitCode;
  };
  try {
    const [settings, members] = [join(folder, "meldroute.toml"), join(folder, "mensen.toml")];
    writeFileSync(settings, SETTINGS);
    protocol(join(folder, "protocol"));
    writeFileSync(members, people.map(asToml).join("\n"));
    const setup = await promisify(execFile)(program, ["setup", "--config", settings, "--members", members], { timeout: PATIENCE_MS });
    const codes = codesIn(setup.stdout, people);
    child = spawn(program, ["serve", "--config", settings], { stdio: ["ignore", "pipe", "pipe"] });
    child.stderr.on("data", (bytes) => (log += bytes));
    return { origin: await address(child, () => log), codes, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function asToml({ login, name, roles }) {
  return `[[member]]\nlogin = "${login}"\nname = "${name}"\nroles = [${roles}]\n`;
}

/** The last column of the table that the ceremony prints. */
function codesIn(printed, people) {
  const rows = printed.split("\n").map((line) => line.trim().split(/ {2,}/));
  return new Map(people.map(({ login }) => [login, rows.find((row) => row[0] === login && row.length === 3)[2]]));
}

/** Where it says that it listens. */
function address(child, log) {
  return new Promise((found, missed) => {
    let printed = "";
    const giveUp = (why) => missed(new Error(`the service did not start (${why}): ${printed}${log()}`));
    const hanging = setTimeout(() => giveUp("no address"), PATIENCE_MS);
    child.once("exit", (status) => giveUp(`status ${status}`));
    child.stdout.on("data", (bytes) => {
      printed += bytes;
      const line = /http:\/\/[0-9.:]+/.exec(printed);
      if (!line) return;
      clearTimeout(hanging);
      found(line[0]);
    });
  });
}
