/** Phrases: English comes with the frame, every other language is a small file of its own, loaded alone. */
export const SHIPPED = ["en", "de", "es", "fr", "sv", "pl", "uk", "ar"] as const;

export type Phrases<K extends string> = Record<K, string>;

/** The first wish that can be met. `fr-CA` finds `fr`; nothing found gives the fallback. */
export function choose(wishes: readonly string[], offered: readonly string[], fallback: string): string {
  for (const wish of wishes) {
    const exact = offered.find((language) => language.toLowerCase() === wish.toLowerCase());
    if (exact !== undefined) return exact;
    const base = wish.split(/[-_]/)[0]?.toLowerCase();
    const near = base ? offered.find((language) => language.split(/[-_]/)[0]?.toLowerCase() === base) : undefined;
    if (near !== undefined) return near;
  }
  return fallback;
}

export function direction(language: string): "ltr" | "rtl" {
  return /^(ar|dv|fa|he|ps|ur|yi)\b/i.test(language) ? "rtl" : "ltr";
}

/** Fills `{name}`; what is filled in is isolated, so that a Latin name in an Arabic sentence stays in its place. */
export function fill(phrase: string, values: Record<string, string> = {}): string {
  return phrase.replace(/\{(\w+)\}/g, (whole, key: string) => (key in values ? `\u2068${values[key]}\u2069` : whole));
}

/**
 * What the company wrote itself goes over ours. The answer may hold one language (`{key: text}`) or several
 * (`{language: {key: text}}`); both are understood. Only keys we know and texts count.
 */
export function override<K extends string>(ours: Phrases<K>, theirs: unknown, language: string): Phrases<K> {
  if (typeof theirs !== "object" || theirs === null) return ours;
  const all = theirs as Record<string, unknown>;
  const one = (typeof all[language] === "object" && all[language] !== null ? all[language] : all) as Record<string, unknown>;
  const merged = { ...ours };
  for (const key of Object.keys(ours) as K[]) {
    const text = one[key];
    if (typeof text === "string" && text.trim() !== "") merged[key] = text;
  }
  return merged;
}

export async function phrases<K extends string>(product: string, language: string, english: Phrases<K>): Promise<Phrases<K>> {
  const base = language.split(/[-_]/)[0]?.toLowerCase() ?? "en";
  if (base === "en" || !(SHIPPED as readonly string[]).includes(base)) return english;
  try {
    const response = await fetch(`/${product}/1/phrases/${base}.json`, { credentials: "omit" });
    if (!response.ok) return english;
    return override(english, await response.json(), base);
  } catch {
    return english;
  }
}
