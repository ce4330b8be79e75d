/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { brotli } from './vite/brotli.ts';
import { PAGES, pages } from './vite/pages.ts';

const server = process.env.JURAT_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte(), pages(), brotli()],
  resolve: {
    alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) },
    // Tests run in Node and mean the browser's Svelte.
    conditions: process.env.VITEST ? ['browser'] : undefined,
  },
  build: {
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    modulePreload: { polyfill: false },
    // The content security policy lets nothing inline run, and small files compress well as they are.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: Object.fromEntries(PAGES.map((page) => [page, fileURLToPath(new URL(`./${page}.html`, import.meta.url))])),
    },
  },
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      '/c/': server,
    },
  },
  test: { include: ['src/**/*.test.ts'] },
});
