import type { Permission } from '$lib/api';
import { m } from '$lib/messages';
import type { IconName } from '$lib/ui/icons';

export interface Destination {
  href: string;
  label: string;
  icon: IconName;
  /** Any of these opens the page. */
  needs: Permission[];
  /** The letter after `g`. */
  key: string;
}

export interface Group {
  /** What its being open or closed is kept by. */
  id: 'work' | 'setUp' | 'phone' | 'verification' | 'manage';
  label: string;
  pages: Destination[];
}

/** The console's map, by what people come to do. */
export const groups = (): Group[] => [
  {
    id: 'work',
    label: m.nav.work,
    pages: [
      { href: '/inbox', label: m.nav.inbox, icon: 'inbox', needs: ['case.read'], key: 'i' },
      { href: '/customers', label: m.nav.customers, icon: 'people', needs: ['profile.read'], key: 'c' },
      { href: '/visitors', label: m.nav.visitors, icon: 'eye', needs: ['visit.read'], key: 'u' },
      { href: '/engagements', label: m.nav.engagements, icon: 'id', needs: ['verification.read'], key: '1' },
      { href: '/reports', label: m.nav.reports, icon: 'chart', needs: ['report.read'], key: 'o' }
    ]
  },
  {
    id: 'setUp',
    label: m.nav.setUp,
    pages: [
      { href: '/get-started', label: m.nav.start, icon: 'check', needs: ['setting.write'], key: 'g' },
      { href: '/channels', label: m.nav.channels, icon: 'channel', needs: ['channel.read'], key: 'h' },
      { href: '/widgets', label: m.nav.widgets, icon: 'widget', needs: ['widget.read'], key: 'w' },
      { href: '/sites', label: m.nav.sites, icon: 'globe', needs: ['site.read'], key: 'm' },
      { href: '/invitations', label: m.nav.invitations, icon: 'bubble-text', needs: ['site.read'], key: 'n' },
      { href: '/attributes', label: m.nav.attributes, icon: 'attribute', needs: ['attribute.read'], key: 't' },
      { href: '/codes', label: m.nav.codes, icon: 'code', needs: ['code.read'], key: 'l' },
      { href: '/rules', label: m.nav.rules, icon: 'rule', needs: ['rule.read'], key: 'r' },
      { href: '/canned-replies', label: m.nav.replies, icon: 'bubble-text', needs: ['case.write', 'canned_reply.write'], key: 'e' },
      { href: '/business-hours', label: m.nav.hours, icon: 'clock', needs: ['calendar.read'], key: 'b' }
    ]
  },
  {
    id: 'phone',
    label: m.nav.phone,
    pages: [
      { href: '/phone/calls', label: m.nav.calls, icon: 'phone-in', needs: ['call.read'], key: 'k' },
      { href: '/phone/flows', label: m.nav.flows, icon: 'rule', needs: ['phone.read'], key: 'f' },
      { href: '/phone/numbers', label: m.nav.phoneNumbers, icon: 'phone', needs: ['phone.read'], key: 'z' },
      { href: '/phone/look-ups', label: m.nav.lookUps, icon: 'database', needs: ['phone.read'], key: 'q' },
      { href: '/phone/call-widgets', label: m.nav.callWidgets, icon: 'card', needs: ['phone.read'], key: 'j' },
      { href: '/phone/prompts', label: m.nav.prompts, icon: 'sound', needs: ['phone.read'], key: 'x' }
    ]
  },
  {
    id: 'verification',
    label: m.nav.verification,
    pages: [
      { href: '/verification/policies', label: m.nav.policies, icon: 'id', needs: ['verification.read'], key: '2' },
      { href: '/verification/topics', label: m.nav.topics, icon: 'attribute', needs: ['verification.read'], key: '3' },
      { href: '/verification/locks', label: m.nav.locks, icon: 'lock', needs: ['verification.supervise'], key: '4' }
    ]
  },
  {
    id: 'manage',
    label: m.nav.manage,
    pages: [
      { href: '/people', label: m.nav.people, icon: 'person', needs: ['user.read'], key: 'p' },
      { href: '/developers', label: m.nav.developers, icon: 'developer', needs: ['api_key.read', 'webhook.read'], key: 'd' },
      { href: '/audit', label: m.nav.audit, icon: 'audit', needs: ['audit.read'], key: 'a' },
      { href: '/privacy', label: m.nav.privacy, icon: 'lock', needs: ['privacy.manage'], key: 'v' },
      { href: '/settings', label: m.nav.settings, icon: 'settings', needs: ['setting.read'], key: 's' },
      { href: '/system', label: m.nav.system, icon: 'system', needs: ['system.read'], key: 'y' }
    ]
  }
];

export function visiblePages(can: (permission: Permission) => boolean) {
  return groups()
    .map((group) => ({ ...group, pages: group.pages.filter((page) => page.needs.some(can)) }))
    .filter((group) => group.pages.length > 0);
}
