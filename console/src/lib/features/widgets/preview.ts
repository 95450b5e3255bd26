import { OURS } from '$lib/state/phrases';

/** States of the widget that its preview can show. */
export const PREVIEW_STATES = ['ready', 'code', 'held', 'linked', 'undone', 'links', 'expired', 'signed_out', 'unavailable'] as const;
export type PreviewState = (typeof PREVIEW_STATES)[number];

/** The widget's own languages first, then the others that it could speak. */
export function previewLanguages(own: readonly string[]): string[] {
  return [...new Set([...own, ...OURS])];
}
