import { describe, expect, it } from 'vitest';
import { SERVER_LANGUAGES, tokenCode } from './token-code';

describe('code that signs the token', () => {
  it.each(SERVER_LANGUAGES)('%s carries the ids of this widget and not how to try it', (language) => {
    for (const algorithm of ['HS256', 'EdDSA', 'ES256'] as const) {
      const code = tokenCode(language, 'wid_1', 'wkey_1', algorithm);
      expect(code).toContain('wid_1');
      expect(code).toContain('wkey_1');
      expect(code).not.toMatch(/YOUR_|---- try it/);
      if (algorithm !== 'HS256') expect(code).toContain(algorithm);
    }
  });
});
