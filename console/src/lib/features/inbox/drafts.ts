export interface Draft {
  text: string;
  kind: 'reply' | 'note';
  /** The newest message when this was begun: an answer that came after it was not known to its author. */
  seen?: string | undefined;
}

// In memory only: what an agent types about a customer is not left behind on the machine.
const drafts = new Map<string, Draft>();

export function readDraft(id: string): Draft {
  return drafts.get(id) ?? { text: '', kind: 'reply' };
}

export function keepDraft(id: string, draft: Draft): void {
  if (draft.text.trim() === '') drafts.delete(id);
  else drafts.set(id, draft);
}
