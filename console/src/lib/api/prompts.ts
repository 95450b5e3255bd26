/** Prompts, as docs/PROMPTS.md fixes them. */

export type RecordingSource = 'upload' | 'recording' | 'speech';

/** In addresses: no language in particular. */
export const NO_LANGUAGE = 'und';

export interface Recording {
  /** A tag; `null`: no language in particular. */
  language: string | null;
  duration_ms: number;
  source: RecordingSource;
  updated_at: string;
}

export interface Prompt {
  id: string;
  name: string;
  recordings: Recording[];
  /** What the server's voice said, by language. */
  texts: Record<string, string>;
  created_at: string;
  updated_at: string;
}

export interface Voice {
  /** `null`: none is installed. */
  engine: string | null;
  languages: string[];
}
