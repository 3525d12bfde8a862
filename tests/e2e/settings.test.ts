import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { AxeBuilder, fillExample, startBrowser, startDaemon, stopBrowser, until } from './rig.ts'

after(stopBrowser)

const CONFIG = `# Kept by hand.
[scan]
sockets = false

[ip]
policy = "propose"   # as agreed
`

const fileOf = (daemon: { state: string }) => join(dirname(daemon.state), 'config.toml')

test('/e2e/settings/a-change-is-shown-saved-and-undone', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/settings`, token: daemon.token() })
  await page.getByRole('button', { name: 'Edit the external address' }).click()
  await page.getByRole('combobox', { name: 'ip.policy' }).click()
  await page.getByRole('option', { name: 'apply' }).click()
  await page.getByLabel('ip.hold_down_s').fill('20')
  await page.getByRole('button', { name: 'Show the diff' }).click()
  await page.getByText('policy = "apply" # as agreed').or(page.getByText('policy = "apply"   # as agreed')).first().waitFor()
  assert.equal(readFileSync(fileOf(daemon), 'utf8'), CONFIG, 'nothing is written before the diff was seen')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText(/it holds from now on/).waitFor()
  assert.equal(readFileSync(fileOf(daemon), 'utf8'), CONFIG.replace('"propose"', '"apply"').concat('hold_down_s = 20\n'))
  await page.locator('[data-set="true"]', { hasText: 'ip.policy' }).locator('dd').getByText('apply', { exact: true }).waitFor()

  await page.goto(`${daemon.url}/history`)
  await page.getByRole('button', { name: /^Undo transaction/ }).first().click()
  await page.getByText('hold_down_s = 20').waitFor()
  await page.getByRole('button', { name: /^Take back/ }).click()
  await page.getByText('Written').waitFor()
  assert.equal(readFileSync(fileOf(daemon), 'utf8'), CONFIG, 'an undo gives the file back')
})

test('/e2e/settings/a-mistake-is-told-at-its-field-and-nothing-is-written', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/settings`, token: daemon.token(), mayFail: /422/ })
  await page.getByRole('button', { name: 'Edit the external address' }).click()
  await page.getByLabel('ip.hold_down_s').fill('4000')
  await page.getByLabel('ip.http.urls').fill('nowhere')
  await page.getByRole('button', { name: 'Show the diff' }).click()
  await page.getByText('but must be from 0 to 3600').waitFor()
  await page.getByText('is no http:// or https:// URL').waitFor()
  assert.equal(readFileSync(fileOf(daemon), 'utf8'), CONFIG)
})

test('/e2e/settings/a-root-a-pool-and-a-pin-come-and-go', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG)
  const more = join(dirname(daemon.state), 'more')
  mkdirSync(join(more, 'late-project'), { recursive: true })
  writeFileSync(join(more, 'late-project/.env'), 'PORT=24998\n')
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/settings`, token: daemon.token(), mayFail: /422/ })
  const save = async () => {
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  await page.getByLabel('Another root').fill('/no/such/folder')
  await page.getByRole('button', { name: 'Add the root' }).click()
  await page.getByText('is no folder of this machine').waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByLabel('Another root').fill(more)
  await page.getByRole('button', { name: 'Add the root' }).click()
  await save()
  const services = async () => ((await (await fetch(`${daemon.url}/api/services?q=port:24998`)).json()) as { total: number }).total
  await until('the new root is read', services, (total) => total === 1)
  await page.getByRole('button', { name: `Remove ${more}` }).waitFor()

  await page.getByLabel('New pool').fill('lab')
  await page.getByLabel('Its ranges').fill('30000-30009, 30100')
  await page.getByRole('button', { name: 'Add the pool' }).click()
  await save()
  await page.getByRole('button', { name: 'Reset lab' }).waitFor()

  await page.getByRole('button', { name: 'Add a service' }).click()
  await page.getByLabel('match').fill('project:late-project')
  await page.getByLabel('pinned').fill('an OAuth callback')
  await page.getByRole('button', { name: 'Show the diff' }).click()
  await save()
  await page.getByRole('region', { name: 'Pins' }).getByText('an OAuth callback').waitFor()
  const text = readFileSync(fileOf(daemon), 'utf8')
  assert.match(text, /^# Kept by hand\.\nroots|^roots/m)
  assert.ok(text.includes('lab = ["30000-30009", "30100"]') && text.includes('pinned = "an OAuth callback"'))

  await page.getByRole('button', { name: 'Remove a service 1' }).click()
  await save()
  assert.ok(!readFileSync(fileOf(daemon), 'utf8').includes('OAuth'))
})

test('/e2e/settings/who-was-quicker-is-not-written-over', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG)
  const browser = await startBrowser(t)
  const token = daemon.token()
  const one = await browser.open({ url: `${daemon.url}/settings`, token, mayFail: /412/ })
  const other = await browser.open({ url: `${daemon.url}/settings`, token })
  const edit = async (page: typeof one, key: string, value: string) => {
    await page.getByRole('button', { name: 'Edit the external address' }).click()
    await page.getByLabel(key).fill(value)
    await page.getByRole('button', { name: 'Show the diff' }).click()
    await page.getByRole('button', { name: 'Save' }).waitFor()
  }
  await edit(one, 'ip.hold_down_s', '20')
  await edit(other, 'ip.most_per_hour', '2')
  await other.getByRole('button', { name: 'Save' }).click()
  await other.getByRole('dialog').waitFor({ state: 'detached' })
  await one.getByRole('button', { name: 'Save' }).click()
  await one.getByText('Changed elsewhere').waitFor()
  assert.ok(!readFileSync(fileOf(daemon), 'utf8').includes('hold_down_s'), 'nothing may be written unseen')
  await one.getByRole('button', { name: 'Show the diff again' }).click()
  await one.getByRole('button', { name: 'Save' }).click()
  await one.getByRole('dialog').waitFor({ state: 'detached' })
  const text = readFileSync(fileOf(daemon), 'utf8')
  assert.ok(text.includes('most_per_hour = 2') && text.includes('hold_down_s = 20'), 'both are there')
})

const SERVICES = ['shop-api', 'docs-site'].map((project) => `\n[[service]]\nmatch = "project:${project}"\n`)

test('/e2e/settings/an-edit-by-place-never-hits-another', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG + SERVICES.join(''))
  const browser = await startBrowser(t)
  const token = daemon.token()
  const one = await browser.open({ url: `${daemon.url}/settings`, token })
  const other = await browser.open({ url: `${daemon.url}/settings`, token })
  await one.getByRole('button', { name: 'Edit a service 2' }).click()
  await one.getByLabel('pinned').fill('what only docs-site needs')
  await one.getByRole('button', { name: 'Show the diff' }).click()
  await one.getByRole('button', { name: 'Save' }).waitFor()
  await one.getByRole('button', { name: 'Back', exact: true }).click()

  await other.getByRole('button', { name: 'Remove a service 1' }).click()
  await other.getByRole('button', { name: 'Save' }).click()
  await other.getByRole('dialog').waitFor({ state: 'detached' })
  const written = readFileSync(fileOf(daemon), 'utf8')
  assert.equal(written.includes('shop-api'), false)

  await one.getByRole('button', { name: 'Show the diff' }).click()
  await one.getByText('Somebody changed the settings since you opened this.').waitFor()
  assert.equal(await one.getByRole('button', { name: 'Save' }).count(), 0, 'there is no diff to save')
  assert.equal(readFileSync(fileOf(daemon), 'utf8'), written)
  await one.getByRole('button', { name: 'Close' }).click()
  await one.getByRole('button', { name: 'Edit a service 1' }).click()
  await one.getByLabel('pinned').fill('what only docs-site needs')
  await one.getByRole('button', { name: 'Show the diff' }).click()
  await one.getByRole('button', { name: 'Save' }).click()
  await one.getByRole('dialog').waitFor({ state: 'detached' })
  assert.match(readFileSync(fileOf(daemon), 'utf8'), /docs-site"[^[]*pinned = "what only docs-site needs"/)
})

test('/e2e/settings/a-diff-by-place-is-not-made-again-of-another-file', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG + SERVICES.join(''))
  const browser = await startBrowser(t)
  const token = daemon.token()
  const one = await browser.open({ url: `${daemon.url}/settings`, token, mayFail: /412/ })
  const other = await browser.open({ url: `${daemon.url}/settings`, token })
  for (const page of [one, other]) {
    await page.getByRole('button', { name: 'Remove a service 1' }).click()
    await page.getByRole('button', { name: 'Save' }).waitFor()
  }
  await other.getByRole('button', { name: 'Save' }).click()
  await other.getByRole('dialog').waitFor({ state: 'detached' })
  await one.getByRole('button', { name: 'Save' }).click()
  await one.getByRole('button', { name: 'Show the diff again' }).click()
  await one.getByText('Somebody changed the settings since you opened this.').waitFor()
  assert.equal(await one.getByRole('button', { name: 'Save' }).count(), 0)
  const text = readFileSync(fileOf(daemon), 'utf8')
  assert.ok(!text.includes('shop-api') && text.includes('docs-site'), 'what was service 2 stays')
})

test('/e2e/settings/what-cannot-be-read-is-told-and-asked-for-again', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG)
  const browser = await startBrowser(t)
  const page = await browser.open({ mayFail: /503/, token: daemon.token() })
  let isBroken = true
  await page.route(/\/api\/config$/, (route: { fulfill(answer: object): unknown; continue(): unknown }) =>
    isBroken
      ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"Busy","detail":"The file is being written."}' })
      : route.continue(),
  )
  await page.goto(`${daemon.url}/settings`)
  await page.getByText('The file is being written.').waitFor()
  isBroken = false
  await page.getByRole('button', { name: 'Retry' }).click()
  await page.getByRole('button', { name: 'Edit the external address' }).click()
  assert.equal(await page.getByText('The file is being written.').count(), 0)

  isBroken = true
  await page.getByLabel('ip.hold_down_s').fill('20')
  await page.getByRole('button', { name: 'Show the diff' }).click()
  await page.getByRole('dialog').getByText('The file is being written.').waitFor()
  isBroken = false
  await page.getByRole('button', { name: 'Retry' }).last().click()
  await page.getByRole('button', { name: 'Save' }).waitFor()
})

test('/e2e/settings/who-may-not-change-them-sees-why', async (t) => {
  const daemon = await startDaemon(t, fillExample, CONFIG)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/settings`, token: daemon.token('operator') })
  const edit = page.getByRole('button', { name: 'Edit the external address' })
  await edit.waitFor()
  assert.equal(await edit.isDisabled(), true)
  await until('the reason', () => edit.getAttribute('title'), (title) => title === 'That takes the role “admin”.')
  assert.equal(await page.getByText('ip.hold_down_s').count(), 0)
})

test('/e2e/settings/a-secret-is-never-shown', async (t) => {
  const daemon = await startDaemon(t, fillExample, `${CONFIG}\n[notify]\nenabled = false\n[notify.webhook]\nurl = "http://127.0.0.1:1/hook/canary"\n`)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/settings`, token: daemon.token() })
  await page.getByRole('button', { name: 'Edit webhook' }).click()
  await page.getByLabel('notify.webhook.secret').fill('canary-too')
  await page.getByRole('button', { name: 'Show the diff' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor()
  assert.equal((await page.content()).includes('canary'), false)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.ok(readFileSync(fileOf(daemon), 'utf8').includes('secret = "canary-too"'))

  await page.getByRole('button', { name: 'Edit webhook' }).click()
  await page.getByRole('button', { name: 'Take it out notify.webhook.secret' }).click()
  await page.getByRole('button', { name: 'Show the diff' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const text = readFileSync(fileOf(daemon), 'utf8')
  assert.ok(!text.includes('canary-too') && text.includes('hook/canary'), 'one secret goes, the other stays')
})

for (const scheme of ['light', 'dark'] as const)
  test(`/e2e/settings/editor-is-accessible-${scheme}`, async (t) => {
    const daemon = await startDaemon(t, fillExample, CONFIG)
    const browser = await startBrowser(t)
    const page = await browser.open({ url: `${daemon.url}/settings`, token: daemon.token(), scheme })
    await page.getByRole('button', { name: 'Edit the external address' }).click()
    await page.getByLabel('ip.hold_down_s').fill('20')
    const axe = async (what: string) => {
      await page.waitForTimeout(300)
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${what}: ${id} ${nodes[0]?.html.slice(0, 200)}`), [])
    }
    await axe('fields')
    await page.getByRole('button', { name: 'Show the diff' }).click()
    await page.getByRole('button', { name: 'Save' }).waitFor()
    await axe('diff')
  })

test('/e2e/settings/a-root-that-a-scan-named-is-forgotten-with-a-second-word', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/settings`, token: daemon.token() })
  const roots = page.getByRole('region', { name: 'Roots' })
  await roots.getByText('named by a scan').waitFor()
  await roots.getByRole('button', { name: /^Forget / }).click()
  const services = async () => ((await (await fetch(`${daemon.url}/api/services`)).json()) as { total: number }).total
  assert.ok((await services()) > 0, 'one word is not enough')
  await roots.getByRole('button', { name: /^Forget \d+ services/ }).click()
  await roots.getByText('No projects have been read yet').waitFor()
  assert.equal(await services(), 0)
  assert.ok(existsSync(join(daemon.workspace, 'shop-api/.env')), 'its files stay')
})

test('/e2e/settings/a-channel-that-fails-is-shown-as-it-happens', async (t) => {
  let isBroken = false
  const receiver = createServer((_, answer) => answer.writeHead(isBroken ? 503 : 200).end())
  await new Promise<void>((ready) => receiver.listen(0, '127.0.0.1', ready))
  t.after(() => {
    receiver.closeAllConnections()
    receiver.close()
  })
  const { port } = receiver.address() as AddressInfo
  const daemon = await startDaemon(
    t,
    fillExample,
    `[scan]\nsockets = false\n[notify]\ngroup_s = 0\n[notify.webhook]\nurl = "http://127.0.0.1:${port}/"\nsecret = "not one"\n`,
  )
  const browser = await startBrowser(t)
  const token = daemon.token()
  const page = await browser.open({ url: `${daemon.url}/settings?q=notifications`, token })
  const overview = await browser.open({ url: daemon.url, token })
  await page.getByText(/[1-9]\d* sent · 0 waiting · 0 failed/).waitFor({ timeout: 30_000 })
  await overview.getByText('Needs attention').waitFor()
  isBroken = true
  daemon.run('assign', 'docs-site', '3080', '--yes')
  await page.getByText('does not get through').waitFor({ timeout: 30_000 })
  await overview.getByText(/^Messages by webhook do not get through/).waitFor({ timeout: 30_000 })
})
