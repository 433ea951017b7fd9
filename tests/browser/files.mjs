// Serves page files from disk as the service would: under its policy, with /static/*/ from assets/dist.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml" };
const POLICY = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Starts on a free port of this machine; gives `{address(path), close()}`. */
export async function serveFiles(paths) {
  const files = new Map(paths.map((path) => [`/${basename(path)}`, path]));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const asset = /^\/static\/[^/]+\/([a-z0-9.-]+)$/.exec(pathname);
    try {
      const path = asset ? join(root, "assets", "dist", asset[1]) : files.get(pathname);
      const body = readFileSync(path);
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "application/octet-stream", "Content-Security-Policy": POLICY });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const close = async () => {
    // A browser keeps connections ready that it never asks anything on; closing would wait for those.
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { address: (path) => `${origin}/${basename(path)}`, close };
}
