import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AxeBuilder, fillExample, fillMany, startBrowser, startDaemon, stopBrowser, until } from './rig.ts'

after(stopBrowser)

// Of the example's files, and one for documentation (RFC 5737).
const OLD = '203.0.113.10'
const NEW = '198.51.100.23'

// biome-ignore lint/suspicious/noExplicitAny: Playwright's page
type Page = any

async function apply(page: Page, verb = 'Apply') {
  await page.getByRole('button', { name: new RegExp(`^${verb} \\d+ edits?$`) }).click()
}

async function violations(page: Page): Promise<string[]> {
  await page.waitForTimeout(300)
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map((one: Page) => `${one.id}: ${one.nodes[0]?.html.slice(0, 200)}`)
}

test('/e2e/health/a-broken-service-is-found-and-restarted', async (t) => {
  // It answers, then it does not, and does again once its restart command has made a file.
  let isBroken = false
  const folder = mkdtempSync(join(tmpdir(), 'pm-e2e-restart-'))
  const flag = join(folder, 'restarted')
  const service = createServer((_, answer) => answer.writeHead(isBroken && !existsSync(flag) ? 503 : 200).end())
  await new Promise<void>((ready) => service.listen(0, '127.0.0.1', ready))
  t.after(() => {
    service.closeAllConnections()
    service.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const { port } = service.address() as AddressInfo
  const daemon = await startDaemon(
    t,
    fillExample,
    `[scan]\nsockets = false\n[health]\nenabled = false\ninterval_s = 1\nrise = 1\nfall = 1\n` +
      `[[service]]\nmatch = "project:docs-site"\nhealth = "http://127.0.0.1:${port}/"\n` +
      `restart = { provider = "command", command = ["touch", "${flag}"] }\n`,
  )
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/health`, token: daemon.token() })
  const health = async () => ((await (await fetch(`${daemon.url}/api/health?q=project:docs-site`)).json()) as { summary: { up: number } }).summary.up
  await until('it is up', health, (up) => up === 1)
  isBroken = true
  await page.getByRole('button', { name: /^down\s*1$/ }).waitFor()
  await page.getByRole('button', { name: 'Restart docs-site' }).first().click()
  await page.getByRole('button', { name: 'Restart now' }).click()
  await page.getByText(/^restarted in/).waitFor()
  assert.equal(existsSync(flag), true)
  await page.getByRole('button', { name: 'Close' }).last().click()
  await until('it is up again', health, (up) => up === 1)
})

test('/e2e/history/a-change-shows-its-lines-and-is-taken-back', async (t) => {
  const daemon = await startDaemon(t)
  const file = join(daemon.workspace, 'docs-site/package.json')
  const before = readFileSync(file, 'utf8')
  daemon.run('assign', 'docs-site', '3080', '--yes')
  assert.notEqual(readFileSync(file, 'utf8'), before)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/history`, token: daemon.token() })
  await page.getByRole('button', { name: /edits? in .*: show them/ }).first().click()
  const dialog = page.getByRole('dialog', { name: /^Transaction \d+$/ })
  await dialog.locator('.diff-code-insert', { hasText: '3080' }).first().waitFor()
  await dialog.locator('.diff-code-normal').first().waitFor()
  assert.match(page.url(), /transaction=\d+/, 'it can be sent to somebody')
  assert.deepEqual(await violations(page), [])
  await dialog.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: /^Undo transaction/ }).first().click()
  await apply(page, 'Take back')
  await page.getByText('Written', { exact: true }).waitFor()
  assert.equal(readFileSync(file, 'utf8'), before, 'an undo gives every byte back')

  const viewer = await browser.open({ url: `${daemon.url}/history`, token: daemon.token('viewer') })
  await viewer.getByRole('button', { name: /edits? in .*: show them/ }).first().click()
  await viewer.getByText('You may look, not change. Sign in to make changes.').waitFor()
  await viewer.getByRole('dialog').locator('ins').first().waitFor()
})

test('/e2e/history/a-diff-that-is-open-stays-when-the-server-goes', async (t) => {
  const daemon = await startDaemon(t)
  daemon.run('assign', 'docs-site', '3080', '--yes')
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/history`, token: daemon.token(), mayFail: /ERR_|Failed to load/ })
  await page.getByRole('button', { name: /edits? in .*: show them/ }).first().click()
  const written = page.getByRole('dialog', { name: /^Transaction \d+$/ }).locator('.diff-code-insert', { hasText: '3080' }).first()
  await written.waitFor()
  await daemon.stop()
  await page.locator('[role="status"][data-state="away"]').waitFor()
  assert.equal(await written.isVisible(), true, 'what was read stays')
  assert.equal(await page.getByText('The lines around are not shown.').count(), 0)
})

test('/e2e/history/a-file-that-cannot-be-made-is-told', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/history`, token: daemon.token(), mayFail: /503/ })
  await page.route(/\/api\/history\/csv/, (route: Page) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"Busy","detail":"The registry is being compacted."}' }),
  )
  await page.getByRole('button', { name: 'CSV' }).click()
  await page.getByText('The registry is being compacted.').waitFor()
})

test('/e2e/map/projects-lead-to-services-and-to-the-lines-that-say-so', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/map`, token: daemon.token() })
  const cards = page.locator('.react-flow__node')
  await cards.first().waitFor()
  assert.ok((await cards.count()) > 5)
  const place = () => cards.first().evaluate((card: HTMLElement) => card.style.transform)
  const stood = await place()
  await page.waitForTimeout(500)
  assert.equal(await place(), stood, 'nothing moves by itself')

  await page.getByRole('button', { name: /shop-api/ }).first().click()
  const project = page.getByRole('complementary', { name: 'Project shop-api' })
  await project.getByRole('button', { name: 'db', exact: true }).click()
  const service = page.getByRole('complementary', { name: 'Service db' })
  await service.getByText('Pointed at by').waitFor()
  await service.getByText(/:\d+/).first().waitFor()
  await page.goBack()
  await page.goto(`${daemon.url}/map?view=list`)
  await page.getByRole('columnheader', { name: 'Pointed at by' }).waitFor()
  assert.ok((await page.getByRole('rowheader').count()) > 5)
})

for (const scheme of ['light', 'dark'] as const)
  test(`/e2e/ports/detail-is-accessible-${scheme}`, async (t) => {
    const daemon = await startDaemon(t)
    const browser = await startBrowser(t)
    const page = await browser.open({ url: `${daemon.url}/ports?port=3000`, token: daemon.token(), scheme })
    await page.getByRole('dialog').getByText('Declared by').waitFor()
    assert.deepEqual(await violations(page), [])
  })

test('/e2e/ip/a-new-address-is-seen-first-and-decided', async (t) => {
  const daemon = await startDaemon(
    t,
    fillExample,
    `[scan]\nsockets = false\n[ip]\nsources = ["fixed"]\nfixed = ["${NEW}"]\nhold_down_s = 0\n`,
  )
  const browser = await startBrowser(t)
  const page = await browser.open({ url: daemon.url, token: daemon.token() })
  const attention = page.getByRole('region', { name: 'Needs attention' })
  await attention.getByText(`The address ${OLD} is ${NEW} now`).waitFor()
  assert.match((await attention.getByRole('listitem').first().textContent()) ?? '', /The address/, 'conflicts come behind it')
  await page.getByRole('link', { name: 'IP change 1 pending' }).click()

  const waiting = page.getByRole('region', { name: 'Waiting for you' })
  await waiting.getByText(/^\d+ edits in \d+ files/).waitFor()
  assert.equal(await page.getByText('What happened last').count(), 0, 'what waits is told once')
  assert.deepEqual(await violations(page), [])
  await waiting.getByRole('button', { name: 'Dismiss' }).click()
  await page.getByRole('region', { name: 'What happened last' }).getByText('dismissed').waitFor()
  await waiting.waitFor({ state: 'detached' })
})

test('/e2e/two-browsers/who-is-later-is-told-and-nothing-is-written-over', async (t) => {
  const daemon = await startDaemon(t)
  const file = join(daemon.workspace, 'docs-site/package.json')
  const browser = await startBrowser(t)
  const token = daemon.token()
  const plan = async (port: string) => {
    const page = await browser.open({ url: `${daemon.url}/services?q=name:docs-site`, token, mayFail: /409/ })
    await page.getByRole('button', { name: 'docs-site', exact: true }).click()
    await page.getByRole('button', { name: 'Move to…' }).click()
    await page.getByLabel('To port').fill(port)
    await page.getByRole('button', { name: 'Show the plan' }).click()
    await page.getByRole('button', { name: /^Apply \d+/ }).waitFor()
    return page
  }
  const one = await plan('3081')
  const other = await plan('3082')
  await apply(one)
  await one.getByText('Written', { exact: true }).waitFor()
  const written = readFileSync(file, 'utf8')
  // Not clicked on before: the button becomes another one as soon as the page hears of the files.
  const again = other.getByRole('button', { name: 'Plan again' })
  await again.waitFor()
  assert.equal(readFileSync(file, 'utf8'), written, 'what the first one wrote stays')
  await again.click()
  await apply(other)
  await other.getByText('Written', { exact: true }).waitFor()
  assert.match(readFileSync(file, 'utf8'), /3082/)
})

test('/e2e/many/five-thousand-services-are-found-sorted-and-kept-current', async (t) => {
  const daemon = await startDaemon(t, fillMany(5_000), '[scan]\nsockets = false\n[health]\nenabled = false\n')
  const browser = await startBrowser(t)
  const token = daemon.token()
  const page = await browser.open({ url: `${daemon.url}/services?sort=-externalPort`, token })
  const rows = page.locator('[role="row"][data-id]')
  await rows.first().waitFor()
  assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '5001')
  assert.ok((await rows.count()) < 80, 'only rows in view exist')
  assert.equal(await page.locator('[data-column="externalPort"]').first().innerText(), '14999')

  const { services } = (await (await fetch(`${daemon.url}/api/services?limit=500&sort=-externalPort`)).json()) as { services: { id: number }[] }
  const bulk = await fetch(`${daemon.url}/api/services/bulk`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ changes: services.map(({ id }) => ({ id, pinned: 'all at once' })) }),
  })
  assert.equal(bulk.status, 202)
  await until('each row in view says so', () => rows.getByLabel('pinned').count(), (count) => count > 10)
  assert.equal(await page.locator('[data-column="externalPort"]').first().innerText(), '14999', 'the order stays')
  await until('and so does the count', () => page.getByRole('button', { name: /pinned/ }).first().innerText(), (text) => text.includes('500'))

  await page.getByRole('textbox', { name: 'Filter' }).fill('port:12345')
  await until('one is left', () => rows.count(), (count) => count === 1)
  await page.getByRole('textbox', { name: 'Filter' }).fill('-is:pinned port:10000-10999')
  await until('a thousand are left', () => page.getByRole('grid').getAttribute('aria-rowcount'), (count) => count === '1001')
})

test('/e2e/ip/what-was-saved-since-is-blocked-and-every-file-tells-what-became-of-it', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/ip?old=${OLD}&new=${NEW}`, token: daemon.token() })
  const files = page.getByRole('list', { name: 'Files', exact: true })
  await files.waitFor()
  const number = await files.getByRole('checkbox').count()
  const { plan } = JSON.parse(daemon.run('ip', 'change', OLD, NEW, '--dry-run', '--json')) as { plan: { edits: { root: string; file: string }[] } }
  const edited = plan.edits.find(({ file }) => file.endsWith('.env')) ?? plan.edits[0]
  const path = join(edited?.root ?? '', edited?.file ?? '')
  appendFileSync(path, '\nADDED_PORT=4999\n')
  await page.getByRole('list', { name: 'Changed on disk' }).getByText(path).waitFor()
  assert.equal(await page.getByRole('button', { name: /^Write / }).count(), 0, 'nothing can be written')
  await page.getByRole('button', { name: 'Plan again' }).click()
  await page.getByRole('button', { name: /^Write / }).click()
  await page.getByText('Written and read back').waitFor()
  assert.equal(await files.getByText('written and checked').count(), number, 'each file tells it')
  assert.match(readFileSync(path, 'utf8'), new RegExp(`${NEW}[^]*ADDED_PORT=4999`))
})

test('/e2e/ports/pools-are-created-from-the-ranges-that-services-use', async (t) => {
  const daemon = await startDaemon(t, fillMany(60), '[scan]\nsockets = false\n')
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/ports`, token: daemon.token() })
  await page.getByRole('button', { name: 'Create from detected ranges' }).click()
  const ranges = page.getByLabel('Ranges of other')
  assert.equal(await ranges.inputValue(), '10000-10099')
  assert.deepEqual(await violations(page), [])
  await ranges.fill('10000-10199, nonsense')
  await page.getByText('“nonsense” is no range of ports').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Show the diff' }).isDisabled(), true)
  await ranges.fill('10000-10199')
  await page.getByRole('button', { name: 'Show the diff' }).click()
  await page.getByRole('dialog').getByText('10000-10199').first().waitFor()
  const pools = async () => ((await (await fetch(`${daemon.url}/api/pools`)).json()) as { pools: { type: string; ranges: string[]; configured: boolean }[] }).pools
  assert.ok((await pools()).every(({ configured }) => !configured), 'the diff comes first')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  const other = (await pools()).find(({ type }) => type === 'other')
  assert.deepEqual([other?.configured, other?.ranges], [true, ['10000-10199']])
  await page.getByRole('button', { name: 'Create from detected ranges' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: '10000-10199' }).waitFor()
})

/** What is seen of the map's cards: where they are, and how large their names are written, in pixels of the screen. */
function seenCards(page: Page): Promise<{ left: number; top: number; right: number; bottom: number; name: number }[]> {
  return page.locator('.react-flow__node').evaluateAll((cards: HTMLElement[]) =>
    cards.map((card) => {
      const { left, top, right, bottom, width } = card.getBoundingClientRect()
      const name = card.querySelector('button > span') as HTMLElement
      return { left, top, right, bottom, name: (Number.parseFloat(getComputedStyle(name).fontSize) * width) / card.offsetWidth }
    }),
  )
}

test('/e2e/map/all-is-in-view-and-arranged-again', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token() })
  for (const [width, height] of [[1440, 900], [1024, 768], [768, 1024]] as const) {
    await page.setViewportSize({ width, height })
    await page.goto(`${daemon.url}/map`)
    await page.locator('.react-flow__node').first().waitFor()
    const plane = await page.locator('.react-flow').boundingBox()
    const cards = await seenCards(page)
    assert.equal(cards.length, 14, `at ${width}`)
    for (const card of cards) {
      assert.ok(card.left >= plane.x && card.right <= plane.x + plane.width, `within the plane at ${width}: ${JSON.stringify(card)}`)
      assert.ok(card.top >= plane.y && card.bottom <= plane.y + plane.height, `within the plane at ${width}: ${JSON.stringify(card)}`)
      assert.ok(card.name >= 11.5, `readable at ${width}: ${card.name}`)
    }
  }
  const card = page.locator('.react-flow__node', { hasText: 'dns-lab' })
  const place = () => card.evaluate((one: HTMLElement) => one.style.transform)
  const stood = await place()
  const box = await card.boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 80, box.y + box.height / 2 - 60, { steps: 5 })
  await page.mouse.up()
  await until('it is dragged', place, (now) => now !== stood)
  await page.getByRole('button', { name: 'Arrange' }).click()
  await until('it stands where it stood', place, (now) => now === stood)
})

test('/e2e/map/names-of-many-projects-can-be-read', async (t) => {
  const daemon = await startDaemon(t, fillMany(650), '[scan]\nsockets = false\n')
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/map`, token: daemon.token() })
  await page.locator('.react-flow__node').first().waitFor()
  const cards = await seenCards(page)
  assert.ok(cards.length >= 40, `${cards.length} cards`)
  for (const { name } of cards) assert.ok(name >= 11.5, `readable: ${name}`)
})
