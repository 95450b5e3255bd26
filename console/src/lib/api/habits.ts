/** How a customer writes, as docs/API.md fixes it. */
import type { ChannelRef } from './types';

export interface Habits {
  messages: number;
  channel: { channel: ChannelRef; percent: number } | null;
  /** Hours on the clock of the workspace; `to` is less than `from` where midnight lies between. */
  hours: { from: number; to: number; percent: number; time_zone: string } | null;
  topics: { label: string; cases: number }[];
  customer_answers_within_seconds: number | null;
  company_answers_within_seconds: number | null;
}
