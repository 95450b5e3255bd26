import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  kit: {
    // One page for every address: the server answers index.html for what it does not know.
    adapter: adapter({ fallback: 'index.html', strict: true }),
    paths: { relative: false },
    // The server stamps the version; a new build is noticed on the next navigation, not by polling.
    version: { pollInterval: 0 }
  },
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) }
};
