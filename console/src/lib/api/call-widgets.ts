/** Call widgets and their cards, as docs/CALL_WIDGETS.md describes them. */
import type { Client } from './client';
import type { Maskable, Page } from './types';

export interface WidgetLink {
  label: string;
  url: string;
}

export interface WidgetRow {
  title: string;
  label: string;
  url?: string | null;
}

/** Something to say about a widget, at its place. */
export interface Remark {
  pointer: string;
  code: string;
  detail: string;
  hint: string;
}

export interface CallWidgetBody {
  title: string;
  show_if: string | null;
  action: WidgetLink | null;
  /** `true`: the action's address. */
  autorun: boolean | string;
  buttons: WidgetLink[];
  rows: WidgetRow[];
}

export interface CallWidget extends CallWidgetBody {
  id: string;
  name: string;
  source: 'people' | 'integration';
  is_read_only: boolean;
  version: number;
  warnings: Remark[];
  created_at: string;
  updated_at: string;
}

export type Withheld = 'no_value' | 'unsafe' | 'too_long' | 'masked';

export interface CardTarget {
  url: string | null;
  /** `null` for `tel:` and `sip:`. */
  host: string | null;
  withheld: Withheld | null;
}

export interface CardLink {
  label: string;
  target: CardTarget;
}

/** A widget that a call filled in. */
export interface Card extends Maskable {
  title: string;
  action: CardLink | null;
  autorun: { target: CardTarget; needs_confirmation: boolean } | null;
  buttons: CardLink[];
  rows: { title: string; label: string; target: CardTarget | null }[];
}

export interface CallWidgetPreviewBody {
  widget: CallWidgetBody;
  variables: Record<string, unknown>;
  caller?: string | null;
  callee?: string | null;
  from?: string | null;
}

export interface CallWidgetPreview {
  /** `null`: a call with these values has no card. */
  card: Card | null;
  problems: Remark[];
  warnings: Remark[];
}

export interface CallWidgetSettings {
  schemes: string[];
  autorun_hosts: string[];
}

const at = (widget: string) => `/v1/call-widgets/${encodeURIComponent(widget)}`;

export const callWidgets = (client: Client) => ({
  list: (signal?: AbortSignal) => client.get<Page<CallWidget>>('/v1/call-widgets', undefined, signal),
  get: (widget: string, signal?: AbortSignal) => client.get<CallWidget>(at(widget), undefined, signal),
  create: (body: CallWidgetBody & { name: string }) => client.post<CallWidget>('/v1/call-widgets', body),
  update: (widget: string, body: Partial<CallWidgetBody> & { name?: string; version?: number }) =>
    client.patch<CallWidget>(at(widget), body),
  remove: (widget: string) => client.delete(at(widget)),
  preview: (body: CallWidgetPreviewBody) => client.post<CallWidgetPreview>('/v1/call-widgets/preview', body),
  settings: (signal?: AbortSignal) => client.get<CallWidgetSettings>('/v1/settings/call-widgets', undefined, signal),
  saveSettings: (body: CallWidgetSettings) => client.put<CallWidgetSettings>('/v1/settings/call-widgets', body)
});
