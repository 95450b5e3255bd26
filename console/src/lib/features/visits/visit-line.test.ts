import { render } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { TimelineVisit } from '$lib/api';
import VisitLine from './VisitLine.svelte';

const visit: TimelineVisit = {
  id: 'visit_1', site: { id: 'site_1', name: 'Shop' }, device: null, state: 'authenticated', confidence: null, assurance: 'al3', identity: null,
  candidates: [], is_live: false, started_at: '2026-11-21T10:00:00Z', last_at: '2026-11-21T10:20:00Z', ended_at: '2026-11-21T10:50:00Z',
  pages_count: 4, events_count: 9, current_page: null, entry_page: { url: 'https://shop.example/loans/', title: null }, referrer: null,
  source: null, language: null, user_agent: null, is_shared_device: false, events_more: 3,
  events: [
    { id: 'a', type: 'system', name: 'SignIn', at: '2026-11-21T10:01:00Z' },
    { id: 'b', type: 'business', name: 'SignOut of nothing', at: '2026-11-21T10:02:00Z' }
  ]
};

describe('a visit in a timeline', () => {
  it('is one line with where, how much and what was done', () => {
    const { container } = render(VisitLine, { visit });
    const text = container.textContent?.replace(/\s+/g, ' ');
    expect(container.querySelector('a')?.getAttribute('href')).toBe('/visitors/visit_1');
    expect(text).toContain('Visited Shop');
    expect(text).toContain('4 pages · began on shop.example/loans');
    expect(text).toContain('Signed in');
    // The company's own names stay as they are.
    expect(text).toContain('SignOut of nothing');
    expect(text).toContain('and 3 more');
  });

  it('says nothing of a first page that is not shown', () => {
    const { container } = render(VisitLine, { visit: { ...visit, entry_page: null, events: [], events_more: 0 } });
    expect(container.textContent).not.toContain('began on');
    expect(container.querySelector('ul')).toBeNull();
  });
});
