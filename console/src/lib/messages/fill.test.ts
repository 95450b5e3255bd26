import { expect, it } from 'vitest';
import { fill } from './fill';

it('a translated sentence keeps the values of the one that the server said', () => {
  const cells = 'Andere Zahl von Zellen als die erste[ ({1} statt {2})].';
  expect(fill(cells, 'The row has 3 cells and the first line 12.')).toBe('Andere Zahl von Zellen als die erste (3 statt 12).');
  expect(fill(cells, 'The file has other cells.')).toBe('Andere Zahl von Zellen als die erste.');
  expect(fill('Höchstens {1}.', 'A text has at most 20,000 characters.')).toMatch(/^Höchstens 20.000\.$/);
  expect(fill('Falsch[ (erwartet: {all})].', 'This is not one of the options: `vip`, `2026-11-21`.')).toContain('vip');
});

it('a name is said as it is, whatever it looks like, and one that is missing leaves the server’s own words', () => {
  const taken = 'Der Kanal „{name}“ hat dieses Konto.';
  expect(fill(taken, 'The channel “{1} [a] `x`” has this account.')).toBe('Der Kanal „{1} [a] `x`“ hat dieses Konto.');
  expect(fill(taken, 'Another channel has this account.')).toBeNull();
  expect(fill('Ein Link mit {code}.', 'whatever')).toBe('Ein Link mit {code}.');
});
