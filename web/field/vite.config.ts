import { createHash } from 'node:crypto';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** Gives the service worker the list of what was built. A list kept by hand misses a file one day, and then the app does not
 *  open offline, silently. */
function listForWorker(): Plugin {
  return {
    name: 'list-for-worker',
    enforce: 'post',
    generateBundle(_, bundle) {
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
      const files = Object.keys(bundle).filter((name) => name !== 'sw.js' && name !== 'index.html').sort();
      const digest = createHash('sha256');
      for (const name of [...files, 'index.html']) {
        const built = bundle[name];
        if (built) digest.update(name).update(built.type === 'chunk' ? built.code : built.source);
      }
      const paths = ['./', ...files, 'manifest.webmanifest', 'icon.svg'];
      worker.code = worker.code
        .replace(/["'`]__FILES__["'`]/, JSON.stringify(paths))
        .replace('__VERSION__', digest.digest('hex').slice(0, 12));
      if (worker.code.includes('__FILES__')) throw new Error('the service worker has no list of files');
    },
  };
}

export default defineConfig({
  base: '/field/',
  plugins: [svelte({ configFile: false }), listForWorker()],
  server: { fs: { allow: ['../..'] } },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { app: 'index.html', sw: 'src/sw.ts' },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name].[hash].js'),
        chunkFileNames: 'assets/[name].[hash].js',
        assetFileNames: 'assets/[name].[hash][extname]',
      },
    },
  },
});
