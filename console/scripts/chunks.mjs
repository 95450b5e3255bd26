// What the first views are made of, in a few files. Left alone, the bundler makes one of every module that two pages
// share: sixty small ones, of which a browser asks for six at a time, so that they wait for each other.
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** In this order: what one needs is not in the next. What only one page has stays in that page's own file. */
const GROUPS = [
  { name: 'base', roots: ['routes/+layout.svelte', 'routes/+layout.ts', 'routes/+error.svelte', 'hooks.client.ts'], own: /\/src\/routes\// },
  { name: 'shell', roots: ['routes/(app)/+layout.svelte', 'routes/(app)/+layout.ts'], own: /\/src\/routes\// },
  { name: 'parts', roots: ['routes/(app)/inbox/[[case]]/+page.svelte'], own: /\/src\/(routes|lib\/features\/inbox)\// }
];

/** @typedef {{ getModuleInfo(id: string): { importedIds: readonly string[] } | null }} Graph */

/** @type {Map<string, string> | null} */
let groups = null;

/** @param {Graph} graph */
function sort(graph) {
  const groups = new Map();
  for (const { name, roots, own } of GROUPS) {
    const seen = new Set(roots.map((root) => source + root).filter((id) => graph.getModuleInfo(id)));
    for (const id of seen) {
      for (const next of graph.getModuleInfo(id)?.importedIds ?? []) seen.add(next);
      if (!groups.has(id) && !own.test(id)) groups.set(id, name);
    }
  }
  return groups;
}

/** The file that a module goes into, or nothing where the bundler may decide. */
export function chunkOf(/** @type {string} */ id, /** @type {Graph} */ graph) {
  groups ??= sort(graph);
  return groups.get(id) ?? null;
}
