/** The company's colours, made safe: whatever accent is chosen, text on it and lines in it stay readable. */
export interface Theme {
  accent?: string | null;
  radius?: number | string | null;
  scheme?: string | null;
}

type Rgb = [number, number, number];

export function parse(colour: unknown): Rgb | undefined {
  const match = typeof colour === "string" ? /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour.trim()) : null;
  if (!match?.[1]) return undefined;
  const hex = match[1].length === 3 ? match[1].replace(/./g, "$&$&") : match[1];
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as Rgb;
}

function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const WHITE: Rgb = [255, 255, 255];
const INK: Rgb = [20, 22, 28];

export function onAccent(accent: Rgb): string {
  return contrast(accent, WHITE) >= 4.5 || contrast(accent, WHITE) >= contrast(accent, INK) ? "#fff" : "#14161c";
}

export function apply(theme: Theme | null | undefined, root: HTMLElement): void {
  const accent = parse(theme?.accent);
  if (accent) {
    root.style.setProperty("--accent", `rgb(${accent.join(" ")})`);
    root.style.setProperty("--on-accent", onAccent(accent));
  }
  const radius = parseFloat(String(theme?.radius ?? ""));
  if (radius >= 0) root.style.setProperty("--radius", `${Math.min(radius, 24)}px`);
  if (theme?.scheme === "light" || theme?.scheme === "dark") root.dataset["scheme"] = theme.scheme;
}
