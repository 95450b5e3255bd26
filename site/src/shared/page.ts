/** What the company's page says about the signed-in person: our own way and the ways of seed 000. */
import type { Identity } from "./protocol";
import type { Theme } from "./theme";

type TokenSource = string | (() => string | null | undefined | Promise<string | null | undefined>);

export interface PageData {
  token?: TokenSource;
  tokenUrl?: string;
  email?: string;
  phone?: string;
  custom_id?: string;
  custom_channel?: string;
  name?: string;
  attributes?: Record<string, unknown>;
  language?: string;
}

type Loose = Record<string, unknown>;

/** Our field ← the field of `DeskieIndetify`. */
const FIELDS: [string, string][] = [
  ["email", "user_email"],
  ["phone", "user_phone"],
  ["custom_id", "user_custom_id"],
  ["custom_channel", "user_custom_channel"],
  ["name", "user_full_name"],
  ["attributes", "custom_fields"],
];

/**
 * The profile of plain mode, from the first source that says anything: two sources are never mixed, they could be about
 * two people. Empty fields are left out; whatever cannot be JSON goes.
 */
export function profile(...sources: (Loose | undefined)[]): Loose | undefined {
  for (const source of sources) {
    const out: Loose = {};
    for (const [ours, theirs] of FIELDS) {
      const value = source?.[ours] || source?.[theirs];
      if (value) out[ours] = value;
    }
    if (Object.keys(out).length) return JSON.parse(JSON.stringify(out)) as Loose;
  }
  return undefined;
}

async function fetchToken(url: string): Promise<Identity> {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } });
  if (response.status === 401 || response.status === 403 || response.status === 204) return { error: "signed-out" };
  const token = response.ok && ((await response.json()) as Loose)["token"];
  return typeof token === "string" && token ? { token } : { error: response.ok ? "signed-out" : "failed" };
}

/** Asks the page, freshly each time: a token is good for one code. A failing token never falls back to plain data. */
export async function identity(
  sources: (Loose | undefined)[],
  tokenUrl?: string,
  plain?: (...sources: (Loose | undefined)[]) => Loose | undefined,
): Promise<Identity> {
  try {
    for (const source of sources) {
      const given = source?.["token"] as TokenSource | undefined;
      if (given) {
        const token = typeof given === "function" ? await given() : given;
        return token ? { token } : { error: "signed-out" };
      }
      tokenUrl ||= source?.["tokenUrl"] as string | undefined;
    }
    if (tokenUrl) return await fetchToken(tokenUrl);
    const said = plain?.(...sources);
    return said ? { profile: said } : { error: "signed-out" };
  } catch {
    return { error: "failed" };
  }
}

/** What the page's style sheet says of our looks: `--countersign-accent`, `-radius`, `-scheme`. The frame checks it. */
export function theme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const found: Theme = {};
  for (const name of ["accent", "radius", "scheme"] as const) {
    const value = style.getPropertyValue(`--countersign-${name}`).trim();
    if (value) found[name] = value;
  }
  return found;
}
