/** Canned replies, as docs/API.md fixes them. */

export type Audience = 'everybody' | 'group' | 'personal';

export interface CannedReplyInput {
  name: string;
  title: string;
  /** With variables, as in rules. */
  text: string;
  language: string | null;
  audience: Audience;
  group: string | null;
}

export interface CannedReply extends CannedReplyInput {
  id: string;
  use_count: number;
  last_used_at: string | null;
  created_at: string;
  updated_at: string;
}
