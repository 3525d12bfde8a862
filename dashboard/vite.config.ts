import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// `npm run dev` shows the sources against a daemon: DAEMON=http://127.0.0.1:7411.
const daemon = process.env.DAEMON ?? 'http://127.0.0.1:7411'
const proxied = ['/api', '/openapi.json', '/healthz', '/metrics']

// Mantine's index imports everything; these are parts of pages and dialogs.
const LATER =
  /@mantine\/(spotlight|core\/esm\/components\/(Alert|Checkbox|Combobox|Drawer|FloatingIndicator|Group|Kbd|Modal|ModalBase|Pill|PillsInput|Progress|SegmentedControl|Select|Stepper|Switch|Textarea))\//

type Imports = (id: string) => { importedIds: string[] } | null
const ENTRIES = ['src/app/main.tsx', 'src/features/services/services-page.tsx'].map((path) =>
  fileURLToPath(new URL(`./${path}`, import.meta.url)),
)
let firstVisit: Set<string> | null = null

/** What the shell and the table of services import, and what that imports, but not what they may ask for later. */
function isOfFirstVisit(id: string, imports: Imports): boolean {
  if (firstVisit === null) {
    firstVisit = new Set(ENTRIES)
    for (const found of firstVisit)
      for (const next of imports(found)?.importedIds ?? []) if (!LATER.test(next)) firstVisit.add(next)
    firstVisit.delete(ENTRIES[0] ?? '')
  }
  return firstVisit.has(id)
}

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
    chunkSizeWarningLimit: 700, // kB, not compressed: what every visit needs is one file
    // Small files compress badly: one style sheet, one file of what every visit needs, one of what pages share.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              debugName: 'first',
              name: (id, graph) => (isOfFirstVisit(id, (one) => graph.getModuleInfo(one)) ? 'first' : null),
              priority: 2,
            },
            { name: 'later', minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
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
