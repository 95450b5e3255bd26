import { render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import Badge from './Badge.svelte';
import KeyHint from './KeyHint.svelte';
import MaskedValue from './MaskedValue.svelte';
import { place } from './menu-place';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-21T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

describe('Badge', () => {
  it('says the level in a word, how we know, and what is left', () => {
    const { container } = render(Badge, {
      level: 'al3', expiresAt: '2026-11-21T12:24:00Z', explanation: 'Sent a code issued to the signed-in customer.'
    });
    expect(container.textContent).toContain('Authenticated');
    expect(container.textContent).toContain('24m');
    expect(container.querySelector('.badge')?.getAttribute('title')).toContain('Sent a code');
  });

  it('has a shape of its own for every level', () => {
    const shapes = (['al0', 'al1', 'al2', 'al3'] as const).map(
      (level) => render(Badge, { level }).container.querySelector('svg')?.innerHTML
    );
    expect(new Set(shapes).size).toBe(4);
  });

  it('does not claim time that is over', () => {
    const { container } = render(Badge, { level: 'al3', expiresAt: '2026-11-21T11:59:59Z' });
    expect(container.querySelector('.left')).toBeNull();
  });
});

describe('MaskedValue', () => {
  it('marks a masked value, and no other', () => {
    render(MaskedValue, { value: '••••@mail.example', masked: ['email'], field: 'email' });
    expect(screen.getByText('masked')).toBeTruthy();
    const { container } = render(MaskedValue, { value: 'Ada', masked: ['email'], field: 'name' });
    expect(container.querySelector('.masked')).toBeNull();
  });

  it('shows markup from outside as text', () => {
    const { container } = render(MaskedValue, { value: '<img src=x onerror=alert(1)>' });
    expect(container.querySelector('img')).toBeNull();
    expect(container.textContent).toContain('<img src=x');
  });

  it('says that there is nothing', () => {
    expect(render(MaskedValue, { value: null }).container.textContent).toContain('—');
    expect(render(MaskedValue, { value: false }).container.textContent).toContain('No');
  });
});

describe('KeyHint', () => {
  const keycaps = (keys: string) => [...render(KeyHint, { keys }).container.querySelectorAll('kbd')].map((key) => key.textContent);

  it('draws a cap for each key, and one for plus', () => {
    expect(keycaps('+')).toEqual(['+']);
    expect(keycaps('g i')).toEqual(['G', 'I']);
    expect(keycaps('mod+k')).toHaveLength(2);
  });
});

describe('a menu', () => {
  const menu = { width: 200, height: 100 };
  const view = { width: 1000, height: 600 };
  const at = (left: number, top: number) => ({ left, right: left + 40, top, bottom: top + 32 });

  it('stands below its button, at the edge that was asked for, mirrored from right to left', () => {
    expect(place(at(100, 50), menu, view, { align: 'start', side: 'bottom', rtl: false })).toEqual({ left: 100, top: 86 });
    expect(place(at(500, 50), menu, view, { align: 'end', side: 'bottom', rtl: false })).toEqual({ left: 340, top: 86 });
    expect(place(at(500, 50), menu, view, { align: 'start', side: 'bottom', rtl: true })).toEqual({ left: 340, top: 86 });
  });

  it('turns over where there is no room and never leaves the window', () => {
    expect(place(at(100, 560), menu, view, { align: 'start', side: 'bottom', rtl: false }).top).toBe(456);
    expect(place(at(100, 10), menu, view, { align: 'start', side: 'top', rtl: false }).top).toBe(46);
    expect(place(at(0, 50), menu, view, { align: 'end', side: 'bottom', rtl: false }).left).toBe(8);
    expect(place(at(990, 50), menu, view, { align: 'start', side: 'bottom', rtl: false }).left).toBe(792);
  });
});
