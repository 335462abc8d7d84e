import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The workspace serves the page from `dist/page`; its addresses are relative, so it may be served from any path. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: { outDir: '../../../dist/page', emptyOutDir: true, target: 'es2022', modulePreload: false },
});
