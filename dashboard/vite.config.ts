import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` shows the sources against a daemon: DAEMON=http://127.0.0.1:7411.
const daemon = process.env.DAEMON ?? 'http://127.0.0.1:7411'
const proxied = ['/api', '/openapi.json', '/healthz', '/metrics']

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: ['chrome125', 'firefox128', 'safari18'],
    // Lowering light-dark() loses colours without a word, so the style sheets keep it.
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
    modulePreload: { polyfill: false },
    // The daemon's policy allows nothing inline, no data: URL either.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    sourcemap: false,
  },
  server: {
    // The daemon answers only to its own names; the proxy speaks to it under its own.
    proxy: Object.fromEntries(
      proxied.map((path) => [path, { target: daemon, changeOrigin: true, headers: { origin: daemon } }]),
    ),
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
  },
})
