export const FILTERS = ['action', 'actor', 'object', 'from', 'to'] as const;
export type AuditFilter = (typeof FILTERS)[number];

/** Days in the address become moments in the agent's time zone; `to` means the whole of its day. */
export function toQuery(params: URLSearchParams): Record<AuditFilter, string | undefined> {
  return {
    action: params.get('action') ?? undefined,
    actor: params.get('actor') ?? undefined,
    object: params.get('object') ?? undefined,
    from: moment(params.get('from'), '00:00:00.000'),
    to: moment(params.get('to'), '23:59:59.999')
  };
}

function moment(day: string | null, time: string): string | undefined {
  if (!day) return undefined;
  const at = new Date(`${day}T${time}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
