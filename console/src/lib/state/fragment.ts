/**
 * Takes `#token=…` out of the address. A fragment is not sent to any server, and once read it must not stay in the
 * history either.
 */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (location.hash) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
