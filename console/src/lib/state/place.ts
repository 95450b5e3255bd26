/**
 * Where the browser says that its owner is, for a workspace that begins: the server's own guess is UTC and the United
 * States, and a day of a report or a phone number without its country would be read wrongly until somebody notices.
 */
export function placeOf(zone: string | undefined, languages: readonly string[]): { time_zone?: string; default_country?: string } {
  const region = languages.map(regionOf).find((found) => found !== undefined);
  return { ...(zone ? { time_zone: zone } : {}), ...(region ? { default_country: region } : {}) };
}

function regionOf(language: string): string | undefined {
  try {
    const { region } = new Intl.Locale(language);
    // es-419 names half a continent.
    return region && /^[A-Z]{2}$/.test(region) ? region : undefined;
  } catch {
    return undefined;
  }
}
