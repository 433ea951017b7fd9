// The browser that is already on the machine: CHROMIUM names it, /usr/bin/chromium when it does not.
import puppeteer from "puppeteer-core";

/** Starts it. No name is ever looked up: only this machine's own addresses can be reached. */
export function launch() {
  const args = ["--disable-gpu", "--disable-quic", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
  // Chromium refuses to run as root with its sandbox, and container images are root.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return puppeteer.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args });
}
