/* A daemon and a browser for one test; see README.md. */

import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'

// The packages are the dashboard's; this folder has none of its own.
const require = createRequire(new URL('../../dashboard/package.json', import.meta.url))
const { chromium } = require('playwright-core')
export const { AxeBuilder } = require('@axe-core/playwright')

export const here = dirname(fileURLToPath(import.meta.url))
const program = resolve(process.argv[2] ?? process.env.PORT_MANAGER ?? join(here, '../../build/port-manager'))

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface Daemon {
  url: string
  /** With a code that is good once. */
  signInUrl: string
  workspace: string
  state: string
  run(...args: string[]): string
  token(role?: string): string
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Again on the same address. */
  restart(): Promise<void>
}

/** A daemon over a workspace, scanned unless it shall be as on its first day; ends with the test. */
export async function startDaemon(
  t: Pick<TestContext, 'after'>,
  fill: (workspace: string) => void = fillExample,
  settings = '',
  isScanned = true,
): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), 'pm-e2e-'))
  const state = join(folder, 'state')
  const workspace = join(folder, 'workspace')
  const config = join(folder, 'config.toml')
  mkdirSync(workspace)
  writeFileSync(config, settings)
  fill(workspace)
  const base = ['--state', state, '--config', config]
  const run = (...args: string[]) => {
    try {
      return execFileSync(program, [...base, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    } catch (error) {
      // Exit 1 is "done, and something needs attention".
      const failed = error as { status?: number; stdout?: string }
      if (failed.status === 1) return failed.stdout ?? ''
      throw error
    }
  }
  if (isScanned) run('scan', workspace)
  let child: ChildProcess | null = null
  const daemon: Daemon = {
    url: '',
    signInUrl: '',
    workspace,
    state,
    run,
    token: (role = 'admin') => JSON.parse(run('token', 'create', `t${Math.random().toString(36).slice(2)}`, '--role', role, '--json')).token,
    async stop(signal = 'SIGTERM') {
      const running = child
      child = null
      if (running !== null) await ended(running, signal)
    },
    async restart() {
      const listen = new URL(daemon.url).host
      const started = await serve(base, listen)
      child = started.child
      daemon.signInUrl = started.signInUrl
    },
  }
  const first = await serve(base, '127.0.0.1:0')
  child = first.child
  daemon.url = first.url
  daemon.signInUrl = first.signInUrl
  t.after(async () => {
    await windowsOf.get(t)?.()
    await daemon.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return daemon
}

function serve(base: string[], listen: string): Promise<{ child: ChildProcess; url: string; signInUrl: string }> {
  const child = spawn(program, [...base, 'serve', '--listen', listen], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  return new Promise((ready, fail) => {
    const take = (bytes: Buffer) => {
      said += bytes.toString()
      const url = /Serving (http:\S+)/.exec(said)?.[1]
      const signInUrl = /Open\s+(http:\S+)/.exec(said)?.[1]
      if (url !== undefined && signInUrl !== undefined) ready({ child, url, signInUrl })
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('exit', (status) => fail(new Error(`the daemon ended with ${status}:\n${said}`)))
  })
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done()
    child.removeAllListeners('exit')
    child.once('exit', () => done())
    child.kill(signal)
  })
}

// biome-ignore lint/suspicious/noExplicitAny: the types are those of the dashboard's packages
type Any = any

export interface Browser {
  /** A window of its own: storage, token, theme. */
  open(options?: WindowOptions): Promise<Any>
  close(): Promise<void>
}

export interface WindowOptions {
  url?: string
  token?: string
  scheme?: 'light' | 'dark'
  width?: number
  height?: number
  /** What the page may complain about: the server that is away, the answers that a test breaks. */
  mayFail?: RegExp
}

let shared: Promise<Any> | null = null

/** A test's windows close before its daemon goes: that it is away then is no complaint. */
const windowsOf = new WeakMap<object, () => Promise<void>>()

/** One browser for a file of tests, windows of their own for each test. */
export async function startBrowser(t: Pick<TestContext, 'after'>): Promise<Browser> {
  shared ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS })
  const browser = await shared
  const contexts: Any[] = []
  const complaints: string[] = []
  const closeAll = async () => {
    for (const context of contexts.splice(0)) await context.close()
  }
  windowsOf.set(t, closeAll)
  t.after(async () => {
    await closeAll()
    if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`)
  })
  return {
    async open(options = {}) {
      const context = await browser.newContext({
        viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
        colorScheme: options.scheme ?? 'light',
        reducedMotion: 'reduce',
      })
      contexts.push(context)
      context.setDefaultTimeout(15_000)
      const page = await context.newPage()
      if (options.token !== undefined)
        await page.addInitScript((token: string) => sessionStorage.setItem('port-manager.token', token), options.token)
      const complain = (text: string) => {
        if (!(options.mayFail?.test(text) ?? false)) complaints.push(text)
      }
      page.on('pageerror', (error: Error) => complain(`${error.message}\n${error.stack ?? ''}`))
      page.on('console', (message: Any) => {
        if (['error', 'warning'].includes(message.type())) complain(`${message.text()} (${message.location().url})`)
      })
      if (options.url !== undefined) await page.goto(options.url)
      return page
    },
    async close() {
      await browser.close()
    },
  }
}

/** The browser goes when the last test of the file has. */
export async function stopBrowser() {
  const browser = await shared
  shared = null
  await browser?.close()
}

export function fillExample(workspace: string) {
  cpSync(join(here, '../../examples/workspace'), workspace, { recursive: true })
}

/** `count` services in projects of ten, each on a port of its own. */
export function fillMany(count: number): (workspace: string) => void {
  return (workspace) => {
    for (let project = 0; project * 10 < count; project += 1) {
      const folder = join(workspace, `project-${String(project).padStart(3, '0')}`)
      mkdirSync(folder)
      const services = Array.from({ length: Math.min(10, count - project * 10) }, (_, index) => {
        const port = 10_000 + project * 10 + index
        return `  service-${index}:\n    image: app\n    ports:\n      - "${port}:80"\n`
      })
      writeFileSync(join(folder, 'compose.yaml'), `services:\n${services.join('')}`)
    }
  }
}

/** The colour of a pixel of what is shown, as `#rrggbb`. */
export async function colourAt(page: Any, x: number, y: number): Promise<string> {
  const png: Buffer = await page.screenshot({ clip: { x, y, width: 1, height: 1 } })
  return onlyPixelOf(png)
}

/** Of a PNG (ISO/IEC 15948) of one pixel with eight bits a channel: in the first row, which has none above and begins
 * with this pixel, each filter leaves the bytes as they are. */
function onlyPixelOf(png: Buffer): string {
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const [width, height, depth, kind] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]
  assert.deepEqual([width, height, depth], [1, 1, 8], 'a screenshot of one pixel')
  assert.ok(kind === 2 || kind === 6, 'with red, green and blue')
  return `#${inflateSync(Buffer.concat(parts)).toString('hex', 1, 4)}`
}

/** Asks until it is so; the last answer otherwise is in the error. */
export async function until<T>(what: string, ask: () => Promise<T> | T, isSo: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 20_000
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(answer)}`)
    await new Promise((next) => setTimeout(next, 50))
  }
}
