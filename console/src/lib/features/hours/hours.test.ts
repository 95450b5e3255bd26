import { describe, expect, it } from 'vitest';
import type { Calendar, Span } from '$lib/api';
import { changeTime, dayName, fromForm, isWrong, nextSpan, noteOf, overlaps, toForm, twice, zones } from './hours';

const span = (from: string, to: string): Span => ({ from, to });

const calendar: Calendar = {
  id: 'cal_1',
  name: 'Support',
  time_zone: 'Europe/Berlin',
  week: { mon: [span('09:00', '24:00')], tue: [], wed: [], thu: [], fri: [span('22:00', '02:00')], sat: [], sun: [] },
  holidays: [{ date: '2026-12-24', name: 'Eve', hours: [span('09:00', '12:00')] }, { date: '2026-12-25', name: '', hours: [] }],
  is_open: true,
  next_change_at: null,
  created_at: '',
  updated_at: ''
};

describe('the form of business hours', () => {
  it('gives back what it was given, with midnight as the next day’s beginning', () => {
    const { name, time_zone, week, holidays } = fromForm(toForm(calendar));
    expect({ name, time_zone, holidays }).toEqual({ name: 'Support', time_zone: 'Europe/Berlin', holidays: calendar.holidays });
    expect(week).toEqual({ ...calendar.week, mon: [span('09:00', '00:00')] });
  });

  it('begins with a working week', () => {
    const { week } = toForm(null);
    expect(week.fri).toEqual([span('09:00', '17:00')]);
    expect(week.sat).toEqual([]);
  });

  it('sends no hours of a holiday that is closed all day, and keeps them in the form', () => {
    const form = toForm(calendar);
    form.holidays[0]!.closed = true;
    expect(fromForm(form).holidays[0]!.hours).toEqual([]);
    expect(form.holidays[0]!.hours).toHaveLength(1);
  });
});

describe('hours of a day', () => {
  it('overlap where one begins before another ended', () => {
    expect([...overlaps([span('13:00', '17:00'), span('09:00', '12:00')])]).toEqual([]);
    expect([...overlaps([span('09:00', '12:00'), span('12:00', '13:00')])]).toEqual([]);
    expect([...overlaps([span('11:00', '13:00'), span('09:00', '12:00')])]).toEqual([0]);
    expect([...overlaps([span('22:00', '02:00'), span('23:00', '23:30')])]).toEqual([1]);
    expect([...overlaps([span('00:00', '00:00'), span('08:00', '09:00')])]).toEqual([1]);
    expect([...overlaps([span('09:00', ''), span('09:30', '10:00')])]).toEqual([]);
  });

  it('say when they pass midnight', () => {
    expect(noteOf(span('09:00', '17:00'))).toBeNull();
    expect(noteOf(span('09:00', '00:00'))).toBeNull();
    expect(noteOf(span('22:00', '02:00'))).toBe('next-day');
    expect(noteOf(span('00:00', '00:00'))).toBe('all-day');
    expect(noteOf(span('08:00', '08:00'))).toBe('next-day');
    expect(noteOf(span('', '08:00'))).toBeNull();
  });

  it('go on where the last ones ended', () => {
    expect(nextSpan([])).toEqual(span('09:00', '17:00'));
    expect(nextSpan([span('09:00', '12:00')])).toEqual(span('13:00', '17:00'));
    expect(nextSpan([span('09:00', '23:30')])).toEqual(span('', ''));
    expect(nextSpan([span('22:00', '02:00')])).toEqual(span('', ''));
  });
});

describe('a calendar', () => {
  it('names a holiday that stands there twice', () => {
    const form = toForm(calendar);
    expect(isWrong(form)).toBe(false);
    form.holidays[1]!.date = '2026-12-24';
    expect([...twice(form.holidays)]).toEqual([1]);
    expect(isWrong(form)).toBe(true);
  });

  it('says the next change on its own clock', () => {
    const now = Date.parse('2026-06-01T12:00:00Z');
    expect(changeTime('2026-06-01T15:30:00Z', now, 'Europe/Berlin', 'en-GB')).toBe('17:30');
    expect(changeTime('2026-06-02T07:00:00Z', now, 'Europe/Berlin', 'en-GB')).toBe('Tuesday 09:00');
    expect(changeTime('2026-06-20T07:00:00Z', now, 'Europe/Berlin', 'de')).toBe('20. Juni, 9:00');
    expect(changeTime('2026-06-01T15:30:00Z', now, 'Nowhere/Atall', 'en-GB')).toBe('15:30');
  });

  it('names days and zones', () => {
    expect([dayName('mon', 'en'), dayName('sun', 'de')]).toEqual(['Monday', 'Sonntag']);
    expect(zones('Mars/Base')).toEqual(expect.arrayContaining(['UTC', 'Europe/Berlin', 'Mars/Base']));
  });
});
