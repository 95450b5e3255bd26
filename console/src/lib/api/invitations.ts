/** Invitations of a website's visitors to a web chat. */
import type { VisitState } from './visits';

export type InvitationDevice = 'desktop' | 'mobile' | 'tablet';

export interface InvitationWhen {
  url_contains: string[];
  categories: string[];
  pages_at_least: number;
  seconds_at_least: number;
  states: VisitState[];
  sources: string[];
  returning: boolean | null;
  languages: string[];
  devices: InvitationDevice[];
}

export interface InvitationInput {
  name: string;
  state?: 'active' | 'paused';
  site: string;
  channel: string;
  position?: number;
  when: InvitationWhen;
  texts: Record<string, string>;
  calendar: string | null;
  only_when_online: boolean;
  per_visitor_days: number;
  waiting_max: number;
  per_minute_max: number;
}

export interface ChatInvitation extends Required<InvitationInput> {
  id: string;
  figures: { offered: number; opened: number; answered: number; dismissed: number };
  created_at: string;
  updated_at: string;
}
