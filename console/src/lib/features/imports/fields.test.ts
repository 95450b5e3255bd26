import { describe, expect, it } from 'vitest';
import { doubled, hasKey } from './fields';

describe('the columns of a file', () => {
  it('name a customer by one of three fields', () => {
    expect(hasKey(['name', null, 'reference'])).toBe(true);
    expect(hasKey(['name', 'email', null])).toBe(false);
  });

  it('are each another field, however many are left out', () => {
    expect([...doubled(['name', 'email', 'name', null, null])]).toEqual(['name']);
  });
});
