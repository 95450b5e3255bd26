// Fails the build when something a visitor has to load grew over its budget, or when a released loader changed.
import { readFile } from "node:fs/promises";

const KB = 1024;
const read = async (path) => JSON.parse(await readFile(new URL(path, import.meta.url), "utf8"));
const { server } = await read("../dist/manifest.json");
const released = await read("../released.json");
const brotli = (file) => server.find((entry) => entry.file === file)?.brotli ?? NaN;

/** The frame's page, script and style, and the largest language on top of the English inside. */
function frame(name) {
  const phrases = server.filter((entry) => entry.file.startsWith(`${name}-phrases-`)).map((entry) => entry.brotli);
  return brotli(`${name}-frame.html`) + brotli(`${name}-frame.js`) + brotli(`${name}-frame.css`) + Math.max(...phrases);
}

const rows = [
  ["widget loader", brotli("widget-loader.js"), 2.5 * KB],
  ["widget frame, one locale", frame("widget"), 12 * KB],
  ["widget QR code, on its press", brotli("widget-qr.js"), 2.5 * KB],
  ["web chat loader", brotli("webchat-loader.js"), 2.5 * KB],
  ["web chat invitation, where set", brotli("webchat-invite.js"), 1.5 * KB],
  ["web chat frame, one locale", frame("webchat"), 25 * KB],
  ["tracker", brotli("tracker.js"), 2 * KB],
  ["tracker's triggers, where set", brotli("tracker-triggers.js"), 1 * KB],
];

let failed = false;
for (const [name, size, budget] of rows) {
  const over = !(size <= budget);
  failed ||= over;
  console.log(`${over ? "OVER " : "ok   "} ${name.padEnd(29)} ${String(size).padStart(6)} of ${budget} bytes brotli`);
}
for (const [path, integrity] of Object.entries(released)) {
  if (server.find((entry) => entry.path === path)?.integrity === integrity) continue;
  failed = true;
  console.log(`CHANGED ${path}: customers' pages pin the released bytes; give the new loader a new version path`);
}
process.exit(failed ? 1 : 0);
