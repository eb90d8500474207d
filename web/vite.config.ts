import { svelte } from '@sveltejs/vite-plugin-svelte';
import { compression } from 'vite-plugin-compression2';
import { defineConfig } from 'vitest/config';

// While working on the page: `npm run dev`, with a daemon on TRUYVET (default: the port of config/site.example.toml).
const daemon = process.env.TRUYVET ?? 'http://127.0.0.1:8480';

export default defineConfig({
  plugins: [
    svelte(),
    // The daemon serves what is compressed here; it compresses no file itself.
    compression({ algorithms: ['gzip', 'brotliCompress'], include: /\.(html|js|css|svg|json)$/ }),
  ],
  // Tests run what a browser runs: Svelte's own server side has no effects.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : undefined,
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 1500 },
  server: { proxy: { '/api': { target: daemon, changeOrigin: true } } },
  test: { include: ['src/**/*.test.ts'], environment: 'jsdom' },
});
