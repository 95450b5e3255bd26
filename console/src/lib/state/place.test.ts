import { expect, it } from 'vitest';
import { placeOf } from './place';

it('takes the zone, and the first language that names a country', () => {
  expect(placeOf('Europe/Kyiv', ['uk', 'uk-UA', 'en-US'])).toEqual({ time_zone: 'Europe/Kyiv', default_country: 'UA' });
});

it('guesses nothing where the browser says nothing', () => {
  expect(placeOf(undefined, ['es-419', 'de', '*'])).toEqual({});
  expect(placeOf('Europe/Berlin', [])).toEqual({ time_zone: 'Europe/Berlin' });
});
