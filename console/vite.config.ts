import { sveltekit } from '@sveltejs/kit/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { chunkOf } from './scripts/chunks.mjs';
import { gaps } from './scripts/messages.mjs';

// Browsers that have light-dark(), oklch() and :has(): nothing is lowered, so the styles stay small.
const browsers = ['chrome123', 'firefox121', 'safari17.5'];

/** SvelteKit hides its route announcer by a style attribute, which a strict `style-src` forbids; a class does the same. */
function announcerWithoutStyle(): Plugin {
  return {
    name: 'countersign-announcer',
    enforce: 'pre',
    transform(code, id) {
      if (!/generated\/root\.svelte$/.test(id)) return null;
      return code.replace(/(id="svelte-announcer"[^>]*?)\sstyle="[^"]*"/, '$1 class="sr-only"');
    }
  };
}

export default defineConfig({
  define: {
    __LANGUAGES_WITH_GAPS__: JSON.stringify(gaps().filter(({ missing }) => missing.length > 0).map(({ language }) => language))
  },
  plugins: [announcerWithoutStyle(), sveltekit(), svelteTesting()],
  build: { target: browsers, cssTarget: browsers, assetsInlineLimit: 0 },
  environments: { client: { build: { rolldownOptions: { output: { codeSplitting: { groups: [{ name: chunkOf }] } } } } } },
  // The code that signs tokens stands in the documentation, once. The server takes what its own pages send: the address
  // that the browser names stays, as behind any proxy.
  server: { fs: { allow: ['../docs/integrations/sign'] }, proxy: { '/v1': { target: process.env.COUNTERSIGN_URL ?? 'http://127.0.0.1:8080', changeOrigin: false } } },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], setupFiles: ['src/lib/messages/test-setup.ts'], restoreMocks: true }
});
