/** Customers as a file, there and back, as docs/API.md fixes them. */

export interface ExportColumn {
  name: string;
  /** What the company calls it, for its own attributes. */
  label: string | null;
  masked: boolean;
  usual: boolean;
}

export interface ExportPreview {
  rows: number;
  rows_max: number;
  columns: ExportColumn[];
}

export type ImportState =
  | 'uploading' | 'ready' | 'previewing' | 'previewed' | 'running' | 'done' | 'cancelled' | 'expired';

export type RowOutcome = 'created' | 'updated' | 'unchanged' | 'failed';

export interface ImportFile {
  name: string;
  size_bytes: number;
  encoding: string;
  separator: string;
  columns: { name: string; samples: string[]; field: string | null }[];
  fields: { name: string; label: string | null }[];
  create_missing: boolean | null;
  clear_word: string;
}

export interface Import extends Record<RowOutcome, number> {
  id: string;
  state: ImportState;
  actor: { kind: string; id: string; name: string };
  /** For whoever brought it, as long as it is there. */
  file: ImportFile | null;
  rows: number;
  progress: number;
  created_at: string;
  updated_at: string;
}

export interface ImportRow {
  line: number;
  outcome: RowOutcome;
  profile: string | null;
  reference: string | null;
  cells: { field: string; before: string | null; after: string | null; changed: boolean }[];
  errors: ImportError[];
}

export interface ImportError {
  column: string | null;
  code: string;
  detail: string;
}

export interface ImportFailure {
  line: number;
  errors: ImportError[];
}
