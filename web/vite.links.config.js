// Builds the links widget for pages of others into party-links/dist: modules that carry all that they need.
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'party-links',
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    lib: { entry: ['define.ts', 'party-links.ts'], formats: ['es'] },
    license: { fileName: 'licenses.md' },
  },
});
