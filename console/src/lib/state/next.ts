/** Where to go after log-in: a path of this console, never another site. */
export function safeNext(next: string | null): string {
  if (!next) return '/inbox';
  try {
    const url = new URL(next, location.origin);
    const own = url.origin === location.origin && next.startsWith('/') && !url.pathname.startsWith('/log-in');
    return own ? url.pathname + url.search : '/inbox';
  } catch {
    return '/inbox';
  }
}
