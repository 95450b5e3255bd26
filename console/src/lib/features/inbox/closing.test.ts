import { expect, it } from 'vitest';
import { wanting } from './closing';

it('what is missing before closing is told apart: of the case, of the customer', () => {
  const field = (pointer: string) => ({ pointer, code: 'required-to-close', detail: '' });
  const found = wanting([field('/profile/attributes/vip'), field('/attributes/reason'), field('/status')]);
  expect(found).toEqual({ case: ['reason'], profile: ['vip'] });
});
