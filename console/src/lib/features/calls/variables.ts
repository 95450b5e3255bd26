/** Variables in texts: `{accountNumber}`, `%accountNumber%`, `{customerInfo.customer.name}`. The server has the same rules. */

const NAME = '[A-Za-z_][A-Za-z0-9_-]{0,63}';
const PATH = `${NAME}(?:\\.(?:${NAME}|\\d{1,6}))*`;
const VARIABLE = new RegExp(`\\{(${PATH})\\}|%(?![0-9A-Fa-f]{2}%)(${PATH})%`, 'g');

/** The paths that a text names, each once. */
export function pathsIn(...texts: (string | null | undefined)[]): string[] {
  const found = new Set<string>();
  for (const text of texts) for (const match of (text ?? '').matchAll(VARIABLE)) found.add((match[1] ?? match[2])!);
  return [...found];
}

/** The variables that a text reads, without the steps into them. */
export const namesIn = (...texts: (string | null | undefined)[]): string[] => [
  ...new Set(pathsIn(...texts).map((path) => path.split('.')[0]!))
];

/** What every call has. */
export const BUILT_IN = ['NUMBER', 'B-NUMBER', 'C-NUMBER', 'caller', 'callee', 'from', 'attestation', 'customer_ref'] as const;

/** The paths of the values in an answer: what can be written into a widget. */
export function leaves(name: string, value: unknown, max = 40): string[] {
  const found: string[] = [];
  const walk = (path: string, of: unknown, depth: number) => {
    if (found.length >= max || depth > 6) return;
    if (of !== null && typeof of === 'object') for (const [key, inner] of Object.entries(of)) walk(`${path}.${key}`, inner, depth + 1);
    else found.push(path);
  };
  walk(name, value, 0);
  return found.filter((path) => new RegExp(`^${PATH}$`).test(path));
}

/** The names that the nodes of a flow set, without secrets: those are shown nowhere. */
export function setBy(nodes: Record<string, unknown>): string[] {
  const names = Object.values(nodes).flatMap((node) => {
    const { variable, class: of } = (node ?? {}) as { variable?: unknown; class?: unknown };
    return typeof variable === 'string' && variable !== '' && of !== 'secret' ? [variable] : [];
  });
  return [...new Set(names)];
}
