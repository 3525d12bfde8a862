/* What the dashboard weighs and costs, in Chromium, against the real daemon with 5,000 services.
 *
 * usage: script/bench dashboard
 *
 * Main-thread time is the browser's own sum of tasks (TaskDuration of the DevTools protocol's Performance domain), in
 * ticks of that thread: what else the machine does is not in it. Frames, badge and map are of the clock. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { fillMany, startBrowser, startDaemon, stopBrowser, until } from '../tests/e2e/rig.ts'

const SERVICES = 5_000
const GROUPS = 60
const closers: (() => unknown)[] = []
const t = { after: (close: unknown) => void closers.push(close as () => unknown) } as Parameters<typeof startBrowser>[0]

// biome-ignore lint/suspicious/noExplicitAny: Playwright's page
type Page = any

function show(what: string, value: string, goal: string) {
  console.log(`${what.padEnd(52)} ${value.padStart(12)}   (goal ${goal})`)
}

function sizes(dist: string) {
  const assets = join(dist, 'assets')
  const kB = new Map(readdirSync(assets).filter((file) => /\.(js|css)$/.test(file)).map((file) => [file, gzipSync(readFileSync(join(assets, file)), { level: 9 }).length / 1000]))
  const lazy = Math.max(...[...kB].filter(([file]) => !/^(index|first|style)-/.test(file)).map(([, size]) => size))
  show('largest lazy chunk, gzip', `${lazy.toFixed(1)} kB`, '≤ 70')
  show('all of JavaScript and CSS, gzip', `${[...kB.values()].reduce((sum, size) => sum + size, 0).toFixed(1)} kB`, '≤ 450')
  return kB
}

const sessions = new WeakMap<object, Page>()

/** Counts from here on; in ticks of the thread, so that other programs' time is not in it. */
async function count(page: Page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  sessions.set(page, session)
}

async function taskTime(page: Page): Promise<number> {
  const { metrics } = await sessions.get(page).send('Performance.getMetrics')
  return 1000 * (metrics.find((metric: { name: string }) => metric.name === 'TaskDuration')?.value ?? 0)
}

/** From a call in the page to the second frame after it. */
async function frameTime(page: Page, act: string): Promise<number> {
  return page.evaluate(async (code: string) => {
    const start = performance.now()
    new Function(code)()
    for (let waited = 0; waited < 8; waited += 1) await new Promise((next) => requestAnimationFrame(next))
    return performance.now() - start
  }, act)
}

const rows = '[role="row"][data-id]'

async function table(url: string, token: string, browser: Awaited<ReturnType<typeof startBrowser>>, kB: Map<string, number>) {
  const loaded = new Set<string>()
  const page = await browser.open({ token, mayFail: /./ })
  await count(page)
  page.on('response', (response: Page) => loaded.add(new URL(response.url()).pathname.replace('/assets/', '')))
  await page.goto(`${url}/services`)
  await page.locator(rows).first().waitFor()
  show('first visit (Services), JavaScript + CSS, gzip', `${[...loaded].reduce((sum, file) => sum + (kB.get(file) ?? 0), 0).toFixed(1)} kB`, '≤ 230')
  const tasks: number[] = []
  for (let run = 0; run < 5; run += 1) {
    const again = await browser.open({ token, mayFail: /./ })
    await count(again)
    await again.goto(`${url}/services`)
    await again.locator(rows).first().waitFor()
    tasks.push(await taskTime(again))
    await again.close()
  }
  show('5,000 services usable, main thread, median of 5', `${tasks.sort((a, b) => a - b)[2]?.toFixed(0)} ms`, '≤ 450')
  return page
}

async function operations(page: Page) {
  const click = (selector: string) => `document.querySelector('${selector}').click()`
  for (const [name, act] of [
    ['sort by port', click('[role="columnheader"]:nth-child(4) button')],
    ['filter is:inactive', click('[aria-label="Often asked"] button:nth-child(4)')],
  ] as const) {
    const before = await taskTime(page)
    await frameTime(page, act)
    await page.waitForTimeout(150)
    show(`${name}, main thread`, `${((await taskTime(page)) - before).toFixed(0)} ms`, '≤ 100')
  }
}

/** Half a thousand services change each second until the answer is called. */
async function update(url: string, token: string): Promise<() => Promise<void>> {
  const { services } = (await (await fetch(`${url}/api/services?limit=500`)).json()) as { services: { id: number }[] }
  let isOn = true
  let turns = 0
  const updating = (async () => {
    while (isOn) {
      turns += 1
      const due = Date.now() + 1_000
      await fetch(`${url}/api/services/bulk`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ changes: services.map(({ id }) => ({ id, tags: [`turn-${turns}`] })) }),
      })
      await new Promise((next) => setTimeout(next, Math.max(0, due - Date.now())))
    }
  })()
  return async () => {
    isOn = false
    await updating
  }
}

/** The table is scrolled for five seconds. Frames are of the clock, and of whoever else uses the machine; what a frame
 * costs the main thread is not. */
async function scrolling(page: Page, what: string, goal: string) {
  await page.waitForTimeout(1_500)
  const before = await taskTime(page)
  const { frames, seconds } = await page.evaluate(async () => {
    const scroller = document.querySelector('[role="grid"]')
    scroller?.scrollTo(0, 0)
    const start = performance.now()
    let drawn = 0
    while (performance.now() - start < 5_000) {
      scroller?.scrollBy(0, 60)
      await new Promise((next) => requestAnimationFrame(next))
      drawn += 1
    }
    return { frames: drawn, seconds: (performance.now() - start) / 1000 }
  })
  show(`${what}`, `${(frames / seconds).toFixed(1)} fps`, goal)
  show(`${what}, main thread a frame`, `${(((await taskTime(page)) - before) / frames).toFixed(1)} ms`, '≤ 16')
}

async function idle(page: Page) {
  await page.waitForTimeout(3_000)
  const before = await taskTime(page)
  await page.waitForTimeout(5_000)
  show('idle, main thread', `${(((await taskTime(page)) - before) / 50).toFixed(1)} %`, '≤ 6')
}

async function liveness(page: Page, daemon: Awaited<ReturnType<typeof startDaemon>>) {
  const state = () => page.locator('[role="status"][data-state]').first().getAttribute('data-state')
  await daemon.stop('SIGKILL')
  let start = Date.now()
  await until('away', state, (now) => now === 'away')
  show('server killed → badge', `${Date.now() - start} ms`, '≤ 1000')
  await page.waitForTimeout(3_000)
  await daemon.restart()
  start = Date.now()
  await until('live', state, (now) => now === 'live')
  show('server back → live', `${Date.now() - start} ms`, '≤ 2000')
}

/** The goal is for about 60 groups: what a person can still read. */
async function map(browser: Awaited<ReturnType<typeof startBrowser>>) {
  const daemon = await startDaemon(t, fillMany(GROUPS * 10), '[scan]\nsockets = false\n')
  const page = await browser.open({ token: daemon.token(), mayFail: /./ })
  await count(page)
  await page.goto(daemon.url)
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const before = await taskTime(page)
  const start = Date.now()
  await page.getByRole('link', { name: 'Map' }).click()
  await page.locator('.react-flow__node').first().waitFor()
  show(`map: click → ${GROUPS} groups`, `${Date.now() - start} ms`, '≤ 1000')
  show(`map: click → ${GROUPS} groups, main thread`, `${((await taskTime(page)) - before).toFixed(0)} ms`, '≤ 1000')
}

try {
  const kB = sizes(process.argv[3] ?? join(dirname(fileURLToPath(import.meta.url)), '../build/dashboard/dist'))
  const daemon = await startDaemon(t, fillMany(SERVICES), '[scan]\nsockets = false\n')
  const token = daemon.token()
  const browser = await startBrowser(t)
  const page = await table(daemon.url, token, browser, kB)
  await operations(page)
  await page.goto(`${daemon.url}/services`)
  await page.locator(rows).first().waitFor()
  await scrolling(page, 'scrolling, nothing changes', '–')
  const stop = await update(daemon.url, token)
  await scrolling(page, 'scrolling with 500 updates a second', '≥ 58')
  await stop()
  await idle(page)
  await map(browser)
  await liveness(page, daemon)
} finally {
  await stopBrowser()
  for (const close of closers) await Promise.resolve(close()).catch(() => undefined)
}
