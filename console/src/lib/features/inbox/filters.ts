import type { Assurance, Case, CaseStatus } from '$lib/api';

export interface Filters {
  status: CaseStatus | 'any';
  assignee: string | null;
  group: string | null;
  channel: string | null;
  assurance: Assurance | null;
  sort: 'waiting' | 'newest';
}

const STATUSES = ['open', 'pending', 'closed', 'any'] as const;
const LEVELS = ['al0', 'al1', 'al2', 'al3'] as const;

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | null {
  return allowed.find((option) => option === value) ?? null;
}

/** Filters live in the address, so that a view can be shared and survives a reload. They never hold personal data. */
export function readFilters(params: URLSearchParams): Filters {
  return {
    status: oneOf(params.get('status'), STATUSES) ?? 'open',
    assignee: params.get('assignee'),
    group: params.get('group'),
    channel: params.get('channel'),
    assurance: oneOf(params.get('level'), LEVELS),
    sort: oneOf(params.get('sort'), ['waiting', 'newest'] as const) ?? 'waiting'
  };
}

export function writeFilters(filters: Filters): string {
  const params = new URLSearchParams();
  if (filters.status !== 'open') params.set('status', filters.status);
  if (filters.assignee) params.set('assignee', filters.assignee);
  if (filters.group) params.set('group', filters.group);
  if (filters.channel) params.set('channel', filters.channel);
  if (filters.assurance) params.set('level', filters.assurance);
  if (filters.sort !== 'waiting') params.set('sort', filters.sort);
  const text = params.toString();
  return text ? `?${text}` : '';
}

export function toQuery(filters: Filters) {
  return {
    status: filters.status === 'any' ? undefined : filters.status,
    assignee: filters.assignee,
    group: filters.group,
    channel: filters.channel,
    assurance: filters.assurance,
    sort: filters.sort
  };
}

export function isFiltered(filters: Filters): boolean {
  return filters.status !== 'open' || !!filters.assignee || !!filters.group || !!filters.channel || !!filters.assurance;
}

/** Whether a case that arrived meanwhile belongs into the view, so that the pill counts only what it will show. */
export function belongs(item: Case, filters: Filters, me: string): boolean {
  if (filters.status !== 'any' && item.status !== filters.status) return false;
  if (filters.channel && item.channel.id !== filters.channel) return false;
  if (filters.group && item.group !== filters.group) return false;
  if (filters.assurance && item.identity.assurance !== filters.assurance) return false;
  if (filters.assignee === 'none') return item.assignee === null;
  if (filters.assignee) return item.assignee?.id === (filters.assignee === 'me' ? me : filters.assignee);
  return true;
}
