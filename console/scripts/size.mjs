// The weight of the first view: log-in, then the workspace. Fails when a budget of the design is exceeded.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gaps } from './messages.mjs';

const root = new URL('../', import.meta.url).pathname;
const build = join(root, 'build');
const manifest = JSON.parse(readFileSync(join(root, '.svelte-kit/output/client/.vite/manifest.json'), 'utf8'));
const html = readFileSync(join(build, 'index.html'), 'utf8');

const BUDGET = { total: 150_000, js: 110_000, css: 20_000 };

/** Routes that somebody passes between the address bar and the first conversation. */
const FIRST = ['(auth)/+layout', '(auth)/log-in/', '(app)/+layout', '(app)/inbox/'];

/** @param {string} path */
const compressed = (path) => statSync(join(build, `${path}.br`), { throwIfNoEntry: false })?.size ?? statSync(join(build, path)).size;

const wanted = new Set();
function add(key) {
  const chunk = manifest[key];
  if (!chunk || wanted.has(chunk.file)) return;
  wanted.add(chunk.file);
  for (const style of chunk.css ?? []) wanted.add(style);
  for (const next of chunk.imports ?? []) add(next);
}

// SvelteKit numbers the nodes; each generated node names the route file that it loads.
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isEntry) continue;
  const node = key.match(/generated\/(?:client|client-optimized)\/nodes\/(\d+)\.js$/);
  if (!node) {
    add(key);
    continue;
  }
  const source = readFileSync(join(root, key), 'utf8');
  const route = source.match(/src\/routes\/([^"']*)["']/)?.[1] ?? '';
  if (!route.includes('/') || FIRST.some((prefix) => route.startsWith(prefix))) add(key);
}
for (const [, path] of html.matchAll(/(?:src|href)="\/(_app\/[^"]+)"/g)) wanted.add(path);


// One language is loaded, and English beneath it only while it has gaps. The heaviest stands for all.
const catalogue = /src\/lib\/messages\/(\w+)\/first\.ts$/;
const english = Object.keys(manifest).find((key) => key.match(catalogue)?.[1] === 'en');
const incomplete = new Set(gaps().filter(({ missing }) => missing.length > 0).map(({ language }) => language));
const languages = Object.keys(manifest).filter((key) => catalogue.test(key)).map((key) => {
  const language = key.match(catalogue)[1];
  const files = [key, ...(incomplete.has(language) ? [english] : [])].map((one) => manifest[one].file);
  return { language, files, size: files.reduce((all, file) => all + compressed(file), 0) };
});
const heaviest = languages.sort((a, b) => b.size - a.size)[0];
if (languages.length < 2) throw new Error('no catalogues found: the build changed its layout, look here');
for (const file of heaviest.files) wanted.add(file);
console.log(`     heaviest language: ${heaviest.language}, ${(heaviest.size / 1000).toFixed(1)} kB`);

const sum = { total: 0, js: 0, css: 0 };
sum.total += compressed('index.html');
for (const file of wanted) {
  const size = compressed(file);
  sum.total += size;
  if (file.endsWith('.css')) sum.css += size;
  else sum.js += size;
}

let over = false;
for (const [name, size] of Object.entries(sum)) {
  const fits = size <= BUDGET[name];
  over ||= !fits;
  console.log(`${fits ? 'ok  ' : 'OVER'} ${name.padEnd(5)} ${(size / 1000).toFixed(1)} of ${BUDGET[name] / 1000} kB brotli`);
}
if (wanted.size < 5) throw new Error('too few files counted: the build changed its layout, look here');
process.exit(over ? 1 : 0);
