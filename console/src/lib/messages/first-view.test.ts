import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import first from './en/first';

const SOURCE = join(process.cwd(), 'src');

/** What is there before a page was left for the first time. */
const BEGINNINGS = [
  'routes/+layout.svelte', 'routes/+error.svelte', 'routes/(auth)/+layout.svelte', 'routes/(auth)/log-in/+page.svelte',
  'routes/(auth)/setup/+page.svelte', 'routes/(auth)/invitation/+page.svelte', 'routes/(app)/+layout.svelte',
  'routes/(app)/inbox/[[case]]/+page.svelte'
];

function file(name: string, from: string): string | undefined {
  const base = name.startsWith('$lib/') ? join(SOURCE, 'lib', name.slice(5)) : name.startsWith('.') ? join(dirname(from), name) : null;
  if (!base) return undefined;
  return [base, `${base}.ts`, `${base}.svelte`, join(base, 'index.ts')].find((path) => existsSync(path) && statSync(path).isFile());
}

it('the first view says nothing that is loaded with later pages', () => {
  const used = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path) || path.includes('/lib/messages/')) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    // The palette waits for all sentences; what it names is listed here.
    const isPalette = path.endsWith('shell/commands.ts');
    if (!isPalette) for (const [, area] of text.matchAll(/\bm\.(\w+)\b/g)) used.set(area!, path.replace(SOURCE, ''));
    for (const [, name] of text.matchAll(/(?:import|export)\s[^;]*?from '([^']+)'/g)) {
      const next = file(name!, path);
      if (next) visit(next);
    }
  };
  for (const path of BEGINNINGS) visit(join(SOURCE, path));
  expect(seen.size).toBeGreaterThan(30);
  expect([...used].filter(([area]) => !(area in first)).map(([area, path]) => `${area} in ${path}`)).toEqual([]);
});
