import { describe, expect, it } from 'vitest';
import { reactCode } from './react-code';

const SIGNED = `<script async src="https://id.example/widget/1/loader.js"
        integrity="sha384-abc" crossorigin="anonymous"
        data-widget="wid_1" data-token-url="/identification-token"></script>
<button class="countersign-identify">Get identification code</button>
`;

describe('the React snippet', () => {
  it('carries every attribute of the plain one', () => {
    const code = reactCode(SIGNED);
    for (const part of [
      "setAttribute('async', '')",
      "setAttribute('src', 'https://id.example/widget/1/loader.js')",
      "setAttribute('integrity', 'sha384-abc')",
      "setAttribute('crossorigin', 'anonymous')",
      "setAttribute('data-widget', 'wid_1')",
      "setAttribute('data-token-url', '/identification-token')"
    ]) {
      expect(code).toContain(part);
    }
  });

  it('keeps what a page without a signature says', () => {
    const code = reactCode(`<script>\nwindow.countersign = { email: "a@b.test" };\n</script>\n${SIGNED}`);
    expect(code).toContain('window.countersign = { email: "a@b.test" };');
    expect(code).toContain("setAttribute('data-widget', 'wid_1')");
  });
});
