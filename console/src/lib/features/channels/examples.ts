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

export function webChatSnippet(origin: string, channel: string): string {
  return `<script async src="${origin}/webchat/1/loader.js" data-channel="${channel}"></${'script'}>`;
}
