import type { VerificationFinding } from '$lib/api';
import { m } from '$lib/messages';
import { directory } from '$lib/state/directory.svelte';
import { fieldName } from '../verify/names';

/** What every profile has; the others are attributes. */
const OWN = ['name', 'email', 'phone', 'external_id'] as const;

/** What can be searched and asked, and what stands in the policy already. */
export function fieldOptions(more: readonly string[] = []): { value: string; label: string; hint?: string }[] {
  const attributes = directory.attributes.items.filter(({ level }) => level === 'profile').map(({ key }) => key);
  return [...new Set([...OWN, ...attributes, ...more])].filter(Boolean).map((value) => ({ value, label: fieldName(value) }));
}

/** The finding in the language of now, else the server's own sentences. */
export function findingText(finding: VerificationFinding): string {
  return m.policies.finding[finding.code] ?? [finding.detail, finding.hint].join(' ').trim();
}
