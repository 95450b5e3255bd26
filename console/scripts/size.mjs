// The weight of the first view: log-in, then the workspace. Fails when a budget of the design is exceeded.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('../', import.meta.url).pathname;
const build = join(root, 'build');
const manifest = JSON.parse(readFileSync(join(root, '.svelte-kit/output/client/.vite/manifest.json'), 'utf8'));
const html = readFileSync(join(build, 'index.html'), 'utf8');

const BUDGET = { total: 150_000, js: 110_000, css: 20_000 };

/** Routes that somebody passes between the address bar and the first conversation. */
const FIRST = ['(auth)/+layout', '(auth)/log-in/', '(app)/+layout', '(app)/inbox/'];

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

const sum = { total: 0, js: 0, css: 0 };
const compressed = (path) => statSync(join(build, `${path}.br`), { throwIfNoEntry: false })?.size ?? statSync(join(build, path)).size;
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
