import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AxeBuilder, colourAt, type Daemon, fillExample, startBrowser, startDaemon, stopBrowser } from './rig.ts'

after(stopBrowser)

const PAGES = ['/', '/ports', '/services', '/conflicts', '/ip', '/map', '/health', '/history', '/settings']
const COLOURS = { light: '#f6f7f9', dark: '#101318' }
const BROKEN = /500|Failed to load|broken/

// biome-ignore lint/suspicious/noExplicitAny: Playwright's page
type Page = any

const STATES: Record<string, (page: Page) => Promise<void>> = {
  data: async () => undefined,
  error: (page) =>
    page.route(/\/api\/(?!events|session)/, (route: Page) =>
      route.fulfill({
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: 'about:blank', title: 'Internal Server Error', status: 500, detail: 'the disk is broken' }),
      }),
    ),
  // It never answers: what is shown is what is shown before the first data.
  loading: (page) => page.route(/\/api\/(?!events|session)/, () => undefined),
}

async function violations(page: Page): Promise<string[]> {
  // All in the page itself: the other mode opens a blank one each time, to put frames' results together, and there are none.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  return found.map((one: Page) => `${one.id}: ${one.nodes[0]?.html} ${one.nodes[0]?.failureSummary}`)
}

async function checkAll(t: Parameters<typeof startBrowser>[0], daemon: Daemon, state: string, scheme: 'light' | 'dark') {
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token(), scheme, ...(state === 'error' && { mayFail: BROKEN }) })
  await STATES[state === 'empty' ? 'data' : state]?.(page)
  const found: Record<string, string[]> = {}
  for (const path of PAGES) {
    await page.goto(daemon.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    if (state === 'error') await page.getByRole('button', { name: 'Retry' }).first().waitFor()
    if (state === 'data' || state === 'empty') await page.waitForLoadState('domcontentloaded')
    assert.equal(await colourAt(page, 230, 890), COLOURS[scheme], `${path}: the colour of the page`)
    const wrong = await violations(page)
    if (wrong.length > 0) found[path] = wrong
  }
  assert.deepEqual(found, {})
}

for (const scheme of ['light', 'dark'] as const)
  for (const state of ['data', 'empty', 'error', 'loading'])
    test(`/e2e/pages/${state}/${scheme}`, async (t) => {
      const daemon = await startDaemon(t, ...(state === 'empty' ? [() => undefined] : []))
      await checkAll(t, daemon, state, scheme)
    })

test('/e2e/pages/fit-a-phone', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token(), width: 360, height: 740 })
  for (const path of PAGES) {
    await page.goto(daemon.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const overflow = await page.locator('main').evaluate((main: HTMLElement) => main.scrollWidth - main.clientWidth)
    assert.equal(overflow, 0, `${path} is wider than the phone`)
  }
  await page.getByRole('button', { name: 'Pages' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Services' }).click()
  await page.getByRole('heading', { name: 'Services' }).waitFor()
})

test('/e2e/pages/details-fit-a-phone', async (t) => {
  const daemon = await startDaemon(t, (workspace) => {
    fillExample(workspace)
    const folder = join(workspace, 'a-project-whose-name-nobody-would-want-to-type/with_a_folder_that_has_no_blank_in_it_either')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'compose.yaml'), 'services:\n  a-service-with-a-name-of-more-than-forty-letters:\n    image: a\n    ports: ["24997:80"]\n')
  })
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token(), width: 360, height: 740 })
  const { services } = await (await fetch(`${daemon.url}/api/services?q=port:24997`)).json()
  for (const path of [`/services?id=${services[0].id}`, `/health?service=${services[0].id}`, '/ports?port=24997']) {
    await page.goto(daemon.url + path)
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/24997|a-service-with/).first().waitFor()
    const widest = await dialog.evaluate((element: HTMLElement) =>
      Math.max(...[...element.querySelectorAll('*')].map((one) => Math.ceil(one.getBoundingClientRect().right))),
    )
    assert.ok(widest <= 360, `${path} ends at ${widest}`)
  }
})

test('/e2e/pages/what-is-not-there-is-said-and-leads-back', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token(), mayFail: /404/ })
  for (const [path, text, back, shown] of [
    ['/services/9999', 'There is no service 9999', 'All services', '/services'],
    ['/services?id=first', 'There is no service first', 'All services', '/services'],
    ['/projects/nobodys', 'There is no project “nobodys”', 'All services', '/services'],
    ['/ports/99999', 'There is no port 99999', 'All ports', '/ports'],
    ['/conflicts/tcp-1', 'There is no conflict tcp-1', 'All conflicts', '/conflicts'],
    ['/changes/9999', 'There is no transaction 9999', 'All of the history', '/history'],
    ['/health/9999', 'There is no service 9999', 'All services', '/health'],
  ] as const) {
    await page.goto(daemon.url + path)
    await page.getByText(text).waitFor()
    assert.deepEqual(await violations(page), [], path)
    await page.getByRole('button', { name: back }).click()
    await page.getByText(text).waitFor({ state: 'detached' })
    const { pathname, search } = new URL(page.url())
    assert.equal(pathname + search, shown, path)
  }
})

test('/e2e/pages/the-address-of-a-conflict-shows-it', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token(), width: 1440, height: 400 })
  const { conflicts } = await (await fetch(`${daemon.url}/api/ports/conflicts`)).json()
  const last = conflicts.at(-1)
  await page.goto(`${daemon.url}/conflicts/${last.id}`)
  const meant = page.getByRole('article', { name: `Port ${last.port}` })
  await meant.waitFor()
  assert.equal(await meant.getAttribute('aria-current'), 'true')
  assert.equal(await page.locator('article[aria-current]').count(), 1)
  const { y } = await meant.boundingBox()
  assert.ok(y < 400, `it is at ${y}, out of sight`)
})

test('/e2e/pages/a-newcomer-is-told-what-to-do', async (t) => {
  const daemon = await startDaemon(t, fillExample, '', false)
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token() })
  for (const path of ['/services', '/conflicts', '/map', '/health']) {
    await page.goto(daemon.url + path)
    await page.getByText('No service is known yet').waitFor()
    assert.deepEqual(await violations(page), [], path)
  }
  await page.getByRole('link', { name: 'Begin' }).click()
  await page.getByText('No project has been read yet').waitFor()
  assert.deepEqual(await violations(page), [])
  await page.getByLabel('Folder whose children are your projects').fill(daemon.workspace)
  await page.getByRole('button', { name: 'Add the root' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('is wanted by').first().waitFor()
})

test('/e2e/pages/a-wrong-address-leads-back', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ token: daemon.token(), mayFail: /404/ })
  await page.goto(`${daemon.url}/services`)
  await page.goto(`${daemon.url}/servces`)
  await page.getByRole('heading', { level: 1, name: 'No such page' }).waitFor()
  await page.getByText('There is no page at /servces').waitFor()
  assert.deepEqual(await violations(page), [])
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('heading', { level: 1, name: 'Services' }).waitFor()
  await page.goto(`${daemon.url}/api/servces`)
  await page.getByRole('link', { name: 'Overview' }).last().click()
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
})

test('/e2e/pages/rig-sees-what-is-wrong', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: daemon.url, token: daemon.token() })
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.evaluate(() => {
    const button = document.createElement('button')
    document.querySelector('main')?.append(button)
    document.documentElement.style.setProperty('--pm-page', '#ff0000')
  })
  assert.notDeepEqual(await violations(page), [], 'a button without a name must be found')
  assert.notEqual(await colourAt(page, 230, 890), COLOURS.light, 'a wrong colour must be found')
})
