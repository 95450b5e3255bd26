/** What an integrator copies. The real address and ids stand in it, so that it runs as it is. */

const quoted = (value: unknown) => `'${JSON.stringify(value, null, 2)}'`;

export function inboundExample(origin: string, channel: string): string {
  const body = {
    id: 'message-1',
    from: { id: 'user-1', name: 'Ada Example' },
    text: 'Hello'
  };
  return `curl ${origin}/v1/channels/${channel}/messages \\
  -H "Authorization: Bearer $COUNTERSIGN_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${quoted(body)}`;
}

export function receiptExample(origin: string, channel: string): string {
  return `curl ${origin}/v1/channels/${channel}/receipts \\
  -H "Authorization: Bearer $COUNTERSIGN_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d ${quoted({ message: 'msg_…', state: 'delivered' })}`;
}

export function webChatSnippet(origin: string, channel: string, integrity: string | null, invites = false): string {
  const invitations = invites ? '\n        data-invitations="on"' : '';
  const checked = integrity ? `\n        integrity="${integrity}" crossorigin="anonymous"` : '';
  return `<script async src="${origin}/webchat/1/loader.js"${checked}\n        data-channel="${channel}"${invitations}></${'script'}>`;
}

/** The hash by which browsers check the loader; none where browsers compute none (plain HTTP) or the file is not there. */
export async function loaderIntegrity(path: string): Promise<string | null> {
  if (!window.isSecureContext) return null;
  try {
    const response = await fetch(path);
    if (!response.ok) return null;
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-384', await response.arrayBuffer()));
    return `sha384-${btoa(String.fromCharCode(...hash))}`;
  } catch {
    return null;
  }
}
