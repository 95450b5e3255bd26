/** States of the widget that its preview can show. */
export const PREVIEW_STATES = ['ready', 'code', 'held', 'linked', 'undone', 'links', 'expired', 'signed_out', 'unavailable'] as const;
export type PreviewState = (typeof PREVIEW_STATES)[number];

/** Languages that the widget comes with. */
export const OURS = ['en', 'ar', 'de', 'es', 'fr', 'pl', 'sv', 'uk'] as readonly string[];

/** The widget's own languages first, then the others that it could speak. */
export function previewLanguages(own: readonly string[]): string[] {
  return [...new Set([...own, ...OURS])];
}
