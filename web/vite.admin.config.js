// Builds the admin pages into dist/admin, which the server serves under /admin/.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'admin',
  base: '/admin/',
  publicDir: false,
  build: {
    outDir: '../dist/admin',
    emptyOutDir: true,
    target: 'es2022',
    // Every asset is a file of its own, so that the page's security policy needs no data: for scripts and icons.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The licences of the bundled libraries travel with the page.
    license: { fileName: 'licenses.md' },
  },
  // `npm run dev` serves the sources; everything else comes from a server that runs already.
  server: { proxy: { '/graphql': 'http://127.0.0.1:4001', '/admin/config.json': 'http://127.0.0.1:4001', '/health': 'http://127.0.0.1:4001' } },
});
