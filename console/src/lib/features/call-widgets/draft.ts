import type { CallWidget, CallWidgetBody, Remark } from '$lib/api';
import { BUILT_IN, pathsIn } from '$lib/features/calls/variables';
import { m } from '$lib/messages';

export const LIMITS = { name: 80, text: 200, url: 2048, buttons: 3, rows: 5 };

export interface LinkDraft {
  key: string;
  label: string;
  url: string;
}

export interface RowDraft extends LinkDraft {
  title: string;
}

/** A call widget as its form holds it. */
export interface WidgetDraft {
  name: string;
  showIf: string;
  title: string;
  actionLabel: string;
  actionUrl: string;
  autorun: 'off' | 'action' | 'own';
  autorunUrl: string;
  buttons: LinkDraft[];
  rows: RowDraft[];
}

let made = 0;
const nextKey = () => `w${++made}`;
export const newButton = (): LinkDraft => ({ key: nextKey(), label: '', url: '' });
export const newRow = (): RowDraft => ({ key: nextKey(), title: '', label: '', url: '' });

export function draftOf(widget: CallWidget | null): WidgetDraft {
  const autorun = widget?.autorun ?? false;
  return {
    name: widget?.name ?? '',
    showIf: widget?.show_if ?? '',
    title: widget?.title ?? '',
    actionLabel: widget?.action?.label ?? '',
    actionUrl: widget?.action?.url ?? '',
    autorun: autorun === true ? 'action' : typeof autorun === 'string' ? 'own' : 'off',
    autorunUrl: typeof autorun === 'string' ? autorun : '',
    buttons: (widget?.buttons ?? []).map(({ label, url }) => ({ key: nextKey(), label, url })),
    rows: (widget?.rows ?? []).map(({ title, label, url }) => ({ key: nextKey(), title, label, url: url ?? '' }))
  };
}

export function bodyOf(draft: WidgetDraft): CallWidgetBody {
  const action = { label: draft.actionLabel.trim(), url: draft.actionUrl.trim() };
  return {
    title: draft.title.trim(),
    show_if: draft.showIf.trim().replace(/^[{%](.*)[}%]$/, '$1') || null,
    action: action.label || action.url ? action : null,
    autorun: draft.autorun === 'off' ? false : draft.autorun === 'action' ? true : draft.autorunUrl.trim(),
    buttons: draft.buttons.map(({ label, url }) => ({ label: label.trim(), url: url.trim() })),
    rows: draft.rows.map(({ title, label, url }) => ({ title: title.trim(), label: label.trim(), url: url.trim() || null }))
  };
}

/** The paths that its texts name and that need a sample value, each once. */
export function pathsOf(body: CallWidgetBody): string[] {
  const texts = [
    body.title, body.action?.label, body.action?.url, typeof body.autorun === 'string' ? body.autorun : '',
    ...body.buttons.flatMap(({ label, url }) => [label, url]), ...body.rows.flatMap(({ title, label, url }) => [title, label, url])
  ];
  const paths = new Set([...(body.show_if ? [body.show_if] : []), ...pathsIn(...texts)]);
  // What leads into a value is asked for, and the value as a whole is made of that.
  const all = [...paths];
  return all.filter((path) => !isBuiltIn(path) && !all.some((other) => other.startsWith(`${path}.`)));
}

export const isBuiltIn = (path: string): boolean => (BUILT_IN as readonly string[]).includes(path) || path === 'system' || path.startsWith('system.');

/** Values by their paths, as the variables that have them: `orders.0.id` stands in a list. */
export function variablesFrom(samples: Record<string, string>): Record<string, unknown> {
  const variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [path, value] of Object.entries(samples)) {
    if (value === '') continue;
    const steps = path.split('.');
    let into = variables;
    steps.forEach((step, at) => {
      if (at === steps.length - 1) into[step] = value;
      else {
        const found = into[step];
        const next = found !== null && typeof found === 'object' ? found : /^\d+$/.test(steps[at + 1]!) ? [] : Object.create(null);
        into[step] = next;
        into = next as Record<string, unknown>;
      }
    });
  }
  return { ...variables };
}

/** A sample for whoever has not written one. */
export function sampleFor(path: string): string {
  const last = path.split('.').at(-1)!.toLowerCase();
  if (/account|number|_no$/.test(last) && !/phone/.test(last)) return '1234567890';
  if (/phone|mobile/.test(last)) return '+46706170786';
  if (/mail/.test(last)) return 'jane.doe@mail.example';
  if (/name/.test(last)) return 'Jane Doe';
  return /id$/.test(last) ? '4711' : '';
}

/** What is to be said at one place; what is only missing waits until somebody wants to save. */
export function remarkAt(remarks: readonly Remark[], pointer: string, isTried: boolean): string | null {
  const found = remarks.find((remark) => remark.pointer === pointer && (isTried || remark.code !== 'missing-text'));
  return found ? remarkText(found) : null;
}

export const remarkText = ({ code, detail, hint }: Pick<Remark, 'code' | 'detail'> & { hint?: string }): string =>
  m.callWidgets.remarks[code] ?? [detail, hint].filter(Boolean).join(' ');

/** The same list with one of its entries a place nearer to the beginning. */
export function raised<T>(rows: readonly T[], at: number): T[] {
  if (at <= 0 || at >= rows.length) return [...rows];
  const next = [...rows];
  [next[at - 1], next[at]] = [next[at]!, next[at - 1]!];
  return next;
}

/** The name of a place in the form. */
export function placeOf(pointer: string): string {
  const [, part = '', at = '', field = ''] = pointer.split('/');
  const w = m.callWidgets;
  if (part === 'rows' && at !== '') return field === 'url' ? `${w.row(Number(at) + 1)}, ${w.url}` : w.row(Number(at) + 1);
  if (part === 'buttons' && at !== '') return field === 'url' ? `${w.button(Number(at) + 1)}, ${w.url}` : w.button(Number(at) + 1);
  if (part === 'action') return at === 'url' ? w.actionUrl : w.actionLabel;
  return { title: w.titleLabel, show_if: w.showIf, autorun: w.autorun, rows: w.rows, buttons: w.buttons }[part] ?? part;
}
