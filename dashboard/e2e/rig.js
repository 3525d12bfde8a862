/* A real daemon over a copy of examples/workspace, and a real browser that is signed in at it. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const repository = join(dirname(fileURLToPath(import.meta.url)), '../..')

export class Daemon {
  constructor(program) {
    this.program = program
    this.folder = mkdtempSync(join(tmpdir(), 'port-manager-e2e-'))
    this.workspace = join(this.folder, 'workspace')
    writeFileSync(join(this.folder, 'config.toml'), '[scan]\nsockets = false\n[ip]\nsources = []\n')
    this.arguments = ['--state', join(this.folder, 'state'), '--config', join(this.folder, 'config.toml')]
    cpSync(join(repository, 'examples/workspace'), this.workspace, { recursive: true })
    this.cli('scan', this.workspace)
  }

  cli(...rest) {
    return spawnSync(this.program, [...this.arguments, ...rest], { encoding: 'utf8', timeout: 60_000 })
  }

  /** Serves on a port of its own choice; the address to open, which is good once. */
  async start() {
    this.process = spawn(this.program, [...this.arguments, 'serve', '--json', '--listen', '127.0.0.1:0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface({ input: this.process.stdout })) return JSON.parse(line)
    throw new Error('the daemon said nothing')
  }

  /** Every file of the workspace, byte for byte. */
  files() {
    const entries = readdirSync(this.workspace, { recursive: true, withFileTypes: true })
    return new Map(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path, readFileSync(path, 'latin1')]),
    )
  }

  /** Paths whose bytes are others than they were. */
  changedSince(before) {
    const now = this.files()
    return [...before.keys()].filter((path) => before.get(path) !== now.get(path))
  }

  async end() {
    if (this.process !== undefined && this.process.exitCode === null) {
      const gone = new Promise((done) => this.process.once('exit', done))
      this.process.kill('SIGTERM')
      await gone
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A tab that is signed in; what its console and the policy complain of is gathered in `complaints`. */
export async function open(browser, urls, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  page.complaints = []
  if (urls.token !== undefined)
    await page.addInitScript((token) => sessionStorage.setItem('port-manager.token', token), urls.token)
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text())
  })
  page.on('pageerror', (error) => page.complaints.push(String(error)))
  await page.goto(urls.pageUrl)
  await page.waitForSelector('h1')
  page.show = async (path) => {
    await page.goto(urls.url + path)
    await page.waitForSelector('h1')
  }
  return page
}

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
}

export function say(line) {
  process.stdout.write(`${line}\n`)
}

/** Runs parts one after the other, each a generator of [is fine, what], and speaks TAP. */
export async function report(name, parts) {
  let number = 0
  let failed = 0
  for (const part of parts)
    for await (const [fine, what] of part) {
      number += 1
      failed += fine ? 0 : 1
      say(`${fine ? 'ok' : 'not ok'} ${number} /${name}/${what}`)
    }
  say(`1..${number}`)
  return failed === 0 ? 0 : 1
}
