// Builds everything the server serves into dist/, and manifest.json, which tells it what to serve where and how.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const at = (...parts) => join(root, ...parts);

const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
};

// A loader is pinned by the integrity attribute on customers' pages, so its path never gets other bytes. The frame's
// files may be mended at any time: browsers ask each time and mostly get "not modified".
const IMMUTABLE = "public, max-age=31536000, immutable";
const REVALIDATE = "no-cache";

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, "demo"), { recursive: true });

const common = { bundle: true, minify: true, legalComments: "none", charset: "utf8", logLevel: "warning", target: ["es2020", "chrome90", "firefox90", "safari15"] };

async function product(name) {
  await build({ ...common, entryPoints: [at("src", name, "loader.ts")], format: "iife", outfile: join(dist, `${name}-loader.js`) });
  await build({ ...common, entryPoints: [at("src", name, "frame.ts")], format: "iife", outfile: join(dist, `${name}-frame.js`) });
  await build({ ...common, entryPoints: [at("src", name, "frame.css")], outfile: join(dist, `${name}-frame.css`) });
  const html = (await readFile(at("src", name, "frame.html"), "utf8")).replace(/>\s+</g, "><").trim() + "\n";
  await writeFile(join(dist, `${name}-frame.html`), html);
  const files = [
    { file: `${name}-loader.js`, path: `/${name}/1/loader.js`, cache: IMMUTABLE },
    { file: `${name}-frame.html`, path: `/${name}/frame/{id}`, cache: REVALIDATE },
    { file: `${name}-frame.js`, path: `/${name}/1/frame.js`, cache: REVALIDATE },
    { file: `${name}-frame.css`, path: `/${name}/1/frame.css`, cache: REVALIDATE },
  ];
  // The console's preview: the same page with another script, never shown by a company's page.
  if (existsSync(at("src", name, "preview.ts"))) {
    await build({ ...common, entryPoints: [at("src", name, "preview.ts")], format: "iife", outfile: join(dist, `${name}-preview.js`) });
    await writeFile(join(dist, `${name}-preview.html`), html.replace("/1/frame.js", "/1/preview.js"));
    files.push({ file: `${name}-preview.html`, path: `/${name}/frame/preview`, cache: REVALIDATE }, { file: `${name}-preview.js`, path: `/${name}/1/preview.js`, cache: REVALIDATE });
  }
  for (const file of (await readdir(at("src", name, "phrases"))).sort()) {
    const language = file.replace(".json", "");
    // English is in the frame itself; the console reads this file, to show our phrases beside the company's own.
    const text = JSON.stringify(JSON.parse(await readFile(at("src", name, "phrases", file), "utf8")));
    await writeFile(join(dist, `${name}-phrases-${language}.json`), text);
    files.push({ file: `${name}-phrases-${language}.json`, path: `/${name}/1/phrases/${language}.json`, cache: REVALIDATE });
  }
  return files;
}

async function demo() {
  const files = [];
  for (const file of (await readdir(at("demo"))).sort()) {
    const [name, kind] = file.split(".");
    if (kind === "ts") {
      if (name.startsWith("_")) continue;
      await build({ ...common, entryPoints: [at("demo", file)], format: "iife", outfile: join(dist, "demo", `${name}.js`) });
      files.push({ file: `demo/${name}.js`, path: `/demo/${name}.js`, cache: REVALIDATE });
    } else if (kind === "css" && !name.startsWith("_")) {
      await build({ ...common, entryPoints: [at("demo", file)], outfile: join(dist, "demo", file) });
      files.push({ file: `demo/${file}`, path: `/demo/${file}`, cache: REVALIDATE });
    } else if (kind === "html") {
      await cp(at("demo", file), join(dist, "demo", file));
      files.push({ file: `demo/${file}`, path: name === "index" ? "/" : `/${name}`, cache: REVALIDATE });
    } else if (kind === "svg") {
      await cp(at("demo", file), join(dist, "demo", file));
      files.push({ file: `demo/${file}`, path: `/demo/${file}`, cache: REVALIDATE });
    }
  }
  return files;
}

async function describe(entry) {
  const bytes = await readFile(join(dist, entry.file));
  return {
    ...entry,
    type: TYPES[entry.file.split(".").pop()],
    integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}`,
    size: bytes.length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length,
  };
}

/** Loaded only when somebody presses for a QR code. */
async function qr() {
  await build({ ...common, entryPoints: [at("src/widget/qr.ts")], format: "esm", outfile: join(dist, "widget-qr.js") });
  return [{ file: "widget-qr.js", path: "/widget/1/qr.js", cache: REVALIDATE }];
}

/**
 * What notices a page's visitor, and what is loaded only for a site with triggers. The attribute that pins the first pins
 * both: a browser takes a file that fits any of its hashes, and the tracker hands its own attribute on.
 */
async function tracker() {
  // Not strict: assigning to what a page has frozen must not throw.
  const options = { ...common, format: "iife", target: ["es2021", "chrome92", "firefox95", "safari15.4"], tsconfigRaw: { compilerOptions: { alwaysStrict: false } } };
  await build({ ...options, entryPoints: [at("src/tracker/loader.ts")], outfile: join(dist, "tracker.js") });
  await build({ ...options, entryPoints: [at("src/tracker/triggers-loader.ts")], outfile: join(dist, "tracker-triggers.js") });
  const first = await describe({ file: "tracker.js", path: "/tracker/1/tracker.js", cache: IMMUTABLE });
  const second = await describe({ file: "tracker-triggers.js", path: "/tracker/1/triggers.js", cache: IMMUTABLE });
  return [{ ...first, integrity: `${first.integrity} ${second.integrity}` }, second];
}

/** Loaded by the web chat's loader where visitors are invited; pinned with it, as the tracker's triggers are. */
async function invite() {
  await build({ ...common, entryPoints: [at("src/webchat/invite-loader.ts")], format: "iife", outfile: join(dist, "webchat-invite.js") });
  return describe({ file: "webchat-invite.js", path: "/webchat/1/invite.js", cache: IMMUTABLE });
}

const files = [...(await product("widget")), ...(await qr()), ...(await product("webchat"))];
const described = await Promise.all(files.map(describe));
const second = await invite();
const loader = described.find((entry) => entry.file === "webchat-loader.js");
loader.integrity += ` ${second.integrity}`;
const server = [...described, second, ...(await tracker())];
const manifest = { format: 1, server, demo: await Promise.all((await demo()).map(describe)) };
await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
