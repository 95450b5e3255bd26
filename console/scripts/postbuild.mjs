// Makes the build fit for a strict Content-Security-Policy and for being served compressed:
// 1. the inline scripts of index.html become one file, so that `script-src 'self'` is enough;
// 2. every text file gets a .br and a .gz beside it.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const build = new URL('../build/', import.meta.url).pathname;

const page = join(build, 'index.html');
let html = readFileSync(page, 'utf8');
const parts = [];
html = html.replace(/[ \t]*<script>([\s\S]*?)<\/script>\n?/g, (_, code) => {
  parts.push(code.trim());
  return '\u0000';
});
if (parts.length === 0) throw new Error('index.html has no inline script: SvelteKit changed how it starts, look here');
const last = html.lastIndexOf('\u0000');
const script = parts.map((part) => `(function(){\n${part}\n})();\n`).join('');
const name = `boot.${createHash('sha256').update(script).digest('hex').slice(0, 12)}.js`;
writeFileSync(join(build, '_app/immutable', name), script);
// It stands where SvelteKit's own script stood: that one finds its place in the page by `document.currentScript`.
html = html.slice(0, last) + `<script src="/_app/immutable/${name}"></script>\n` + html.slice(last + 1);
html = html.replaceAll('\u0000', '');

// The page's own code would be asked for only once the code that knows the address runs. Nearly everybody comes for the
// inbox, or will from the log-in page: it travels at once, behind what draws the page.
const client = new URL('../.svelte-kit/output/client/.vite/manifest.json', import.meta.url).pathname;
const chunks = Object.entries(JSON.parse(readFileSync(client, 'utf8')));
const source = (key) => (/generated\/client-optimized\/nodes\/\d+\.js$/.test(key) ? readFileSync(join(build, '..', key), 'utf8') : '');
const soon = chunks.filter(([key, { name }]) => name === 'shell' || name === 'parts' || /routes\/\(app\)\/(\+layout|inbox\/.*)\.svelte/.test(source(key)));
if (soon.length !== 4) throw new Error('shell, parts, layout and inbox were not found: the build changed its names, look here');
const links = soon.map(([, { file }]) => `\t\t<link href="/${file}" rel="modulepreload" fetchpriority="low">\n`).join('');
html = html.replace('</head>', `${links}</head>`);

if (/<script>|\sstyle=|\son\w+=/.test(html)) throw new Error('index.html still has something inline');
writeFileSync(page, html);

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

for (const path of files(build)) {
  // Svelte clones its templates: a style attribute in one of them would be refused by `style-src 'self'`.
  if (path.endsWith('.js') && /<[a-z]+ [^>`]*\bstyle="[^"]/.test(readFileSync(path, 'utf8'))) {
    throw new Error(`${path} has a style attribute in a template; use a class, or a style: directive`);
  }
  if (!/\.(html|js|css|svg|json|txt)$/.test(path) || statSync(path).size < 512) continue;
  const body = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
}
