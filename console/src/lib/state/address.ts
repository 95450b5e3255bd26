/** The same address without one parameter: how a drawer that `?new` opened is closed. */
export function withoutParam(url: URL, name: string): string {
  const params = new URLSearchParams(url.searchParams);
  params.delete(name);
  const text = params.toString();
  return url.pathname + (text ? `?${text}` : '');
}

/** The same address with parameters set; empty values leave. */
export function withParams(url: URL, changes: Record<string, string | null>): string {
  const params = new URLSearchParams(url.searchParams);
  for (const [name, value] of Object.entries(changes)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  const text = params.toString();
  return url.pathname + (text ? `?${text}` : '');
}
