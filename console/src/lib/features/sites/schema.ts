/** To begin with: what most events of a shop carry. */
export const EXAMPLE_SCHEMA = {
  type: 'object',
  properties: { product: { type: 'string' }, price: { type: 'number', minimum: 0 } },
  required: ['product']
};

/** A schema is an object; whether it is a good one, the server says. */
export function readSchema(text: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
