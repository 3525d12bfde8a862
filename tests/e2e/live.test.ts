import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startBrowser, startDaemon, stopBrowser, until } from './rig.ts'

after(stopBrowser)

const AWAY = /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY|Failed to load|Failed to fetch|network/i

test('/e2e/live/saved-file-shows', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services?q=name:grafana`, token: daemon.token() })
  const port = page.locator('[data-column="externalPort"]').first()
  await until('before', () => port.innerText(), (text) => text === '3000')
  const file = join(daemon.workspace, 'monitoring/compose.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"3000:3000"', '"13000:3000"'))
  await until('after', () => port.innerText(), (text) => text === '13000')
})

test('/e2e/live/killed-server-leaves-the-data-and-comes-back', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token(), mayFail: AWAY })
  const rows = page.locator('[role="row"][data-id]')
  await rows.first().waitFor()
  const shown = await rows.count()
  await page.locator('[role="status"][data-state="live"]').waitFor()

  await daemon.stop('SIGKILL')
  await page.locator('[role="status"][data-state="away"]').waitFor()
  assert.equal(await rows.count(), shown, 'what is shown must stay')
  assert.equal(await page.getByRole('button', { name: /^Bulk/ }).isDisabled(), true, 'nothing may be written')
  assert.match(await page.locator('main').evaluate((main: HTMLElement) => getComputedStyle(main).filter), /grayscale/)

  // What changed meanwhile is there when the server is.
  const file = join(daemon.workspace, 'monitoring/compose.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"3000:3000"', '"13001:3000"'))
  await daemon.restart()
  await page.locator('[role="status"][data-state="live"]').waitFor()
  await until('writes are on again', () => page.getByRole('button', { name: /^Bulk/ }).isEnabled(), (is) => is)
  daemon.run('scan', daemon.workspace)
  await page.getByRole('textbox', { name: 'Filter' }).fill('name:grafana')
  await until('caught up', () => page.locator('[data-column="externalPort"]').first().innerText(), (text) => text === '13001')
})

test('/e2e/live/page-of-another-build-loads-itself-again', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token(), mayFail: AWAY })
  await page.locator('[role="status"][data-state="live"]').waitFor()
  // The page says that it is of another build than the server.
  await page.evaluate(() => {
    Object.assign(window, { stale: true })
    document.querySelector('script[type="module"][src]')?.setAttribute('src', '/assets/of-another-build.js')
  })
  await daemon.stop()
  await page.locator('[role="status"][data-state="away"]').waitFor()
  await daemon.restart()
  await until('loaded again', () => page.evaluate(() => 'stale' in window).catch(() => true), (stale) => !stale)
})

test('/e2e/live/two-browsers-see-each-others-changes', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const url = `${daemon.url}/services?q=name:prometheus`
  const one = await browser.open({ url, token: daemon.token() })
  const other = await browser.open({ url, token: daemon.token() })
  await other.getByRole('button', { name: 'prometheus' }).waitFor()
  await one.getByRole('button', { name: 'prometheus' }).click()
  await one.getByRole('button', { name: 'Edit' }).click()
  await one.getByLabel('Pinned, since').fill('its dashboards are bookmarked')
  await one.getByRole('button', { name: 'Save' }).click()
  await other.getByLabel('pinned').waitFor()
})

test('/e2e/live/change-made-elsewhere-is-shown-and-never-overwritten', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const token = daemon.token()
  const page = await browser.open({ url: `${daemon.url}/services?q=name:prometheus`, token, mayFail: /412/ })
  await page.getByRole('button', { name: 'prometheus' }).click()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByLabel('Tags').fill('mine')

  const { services } = (await (await fetch(`${daemon.url}/api/services?q=name:prometheus`)).json()) as { services: { id: number }[] }
  const id = services[0]?.id
  const put = (body: object) =>
    fetch(`${daemon.url}/api/services/${id}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
  assert.equal((await put({ pinned: 'theirs' })).status, 200)

  await page.getByText('Changed elsewhere').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true)
  await page.getByRole('button', { name: 'Keep my edits on top' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  const service = await until(
    'both are there',
    async () => (await (await fetch(`${daemon.url}/api/services/${id}`)).json()) as { tags: string[]; pinned: string },
    ({ tags }) => tags.includes('mine'),
  )
  assert.equal(service.pinned, 'theirs', 'the other change must stay')
})

test('/e2e/live/what-several-hosts-have-names-its-host', async (t) => {
  const settings = (host: string) => `[registry]\nhost = "${host}"\n[scan]\nsockets = false\n`
  const web = (workspace: string) => {
    mkdirSync(join(workspace, 'web'))
    writeFileSync(join(workspace, 'web/package.json'), '{"name": "web", "scripts": {"start": "PORT=3000 node server.js"}}')
  }
  const daemon = await startDaemon(t, web, settings('alpha'))
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/health`, token: daemon.token() })
  await page.getByText(/^web · /).waitFor()

  const other = join(daemon.state, '../other')
  mkdirSync(other)
  web(other)
  writeFileSync(join(daemon.state, '../beta.toml'), settings('beta'))
  daemon.run('--config', join(daemon.state, '../beta.toml'), 'scan', other)
  await page.getByText(/^web on alpha · /).waitFor()
  await page.getByText(/^web on beta · /).waitFor()
})
