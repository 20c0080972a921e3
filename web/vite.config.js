// Builds the GraphiQL page into dist/graphiql. Relative addresses let the server mount it under any path.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'graphiql',
  base: './',
  publicDir: false,
  build: {
    outDir: '../dist/graphiql',
    emptyOutDir: true,
    target: 'es2022',
    // Every asset is a file of its own, so that the page's security policy needs no data: for scripts and fonts.
    assetsInlineLimit: 0,
    // The licences of the bundled libraries travel with the page.
    license: { fileName: 'licenses.md' },
    // The Monaco editor is one chunk of several megabytes, loaded from this machine.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      // "use client" marks React server components; a browser-only bundle has no use for it.
      onwarn: (warning, warn) => warning.code === 'MODULE_LEVEL_DIRECTIVE' || warn(warning),
    },
  },
  worker: { format: 'es' },
});
