/** Reports and their overview, as docs/ANALYTICS.md defines their numbers. */

export const REPORTS = ['identification', 'codes', 'cases', 'replies', 'masking', 'merges', 'rules', 'traffic'] as const;
export type ReportName = (typeof REPORTS)[number];

export const REPORT_BYS = ['day', 'week', 'channel', 'group', 'agent', 'site', 'source', 'entry', 'device', 'language'] as const;
export type ReportBy = (typeof REPORT_BYS)[number];

export type ReportKind = 'count' | 'seconds' | 'share' | 'mean';

export interface ReportPeriod {
  /** The first day, `YYYY-MM-DD`. */
  from: string;
  /** The day after the last one. */
  to: string;
  time_zone: string;
  counted_since: string | null;
}

export interface ReportColumn {
  key: string;
  kind: ReportKind;
}

export type ReportValues = Record<string, number | null>;

export interface ReportRow {
  /** A day, the Monday of a week, an id, a word, `none` or `others`. */
  key: string;
  name: string | null;
  values: ReportValues;
}

/** How something stands at this moment. */
export interface ReportStanding {
  key: string;
  channel: string | null;
  channel_name: string | null;
  count: number;
}

export interface Report {
  report: ReportName;
  period: ReportPeriod;
  by: ReportBy;
  bys: ReportBy[];
  columns: ReportColumn[];
  rows: ReportRow[];
  total: ReportValues;
  now: ReportStanding[];
}

export interface ReportFigure {
  key: string;
  kind: ReportKind;
  value: number | null;
  before: number | null;
}

export interface ReportOverview {
  period: ReportPeriod;
  figures: ReportFigure[];
  columns: ReportColumn[];
  days: ReportRow[];
  now: ReportStanding[];
}
