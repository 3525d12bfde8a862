import assert from 'node:assert/strict'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AxeBuilder, fillMany, startBrowser, startDaemon, stopBrowser, until } from './rig.ts'

after(stopBrowser)

// biome-ignore lint/suspicious/noExplicitAny: Playwright's page
async function violations(page: any): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map((one: { id: string; nodes: { html: string }[] }) => `${one.id}: ${one.nodes[0]?.html.slice(0, 200)}`)
}

test('/e2e/session/code-of-the-address-signs-in-once', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: daemon.signInUrl })
  await page.getByRole('button', { name: 'Scan again' }).waitFor()
  assert.equal(new URL(page.url()).hash, '', 'the code must not stay in the address')
  assert.equal(await page.getByRole('button', { name: 'Scan again' }).isEnabled(), true)

  const second = await browser.open({ url: daemon.signInUrl, mayFail: /40[13]|session/ })
  await second.getByText('The address’s code was not accepted').or(second.getByText("The address's code was not accepted")).waitFor()
  await second.keyboard.press('Escape')
  assert.equal(await second.getByRole('button', { name: 'Scan again' }).isDisabled(), true, 'a used code must not sign in')
})

test('/e2e/services/moved-and-undone-byte-for-byte', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token() })
  const files = ['shop-api/docker-compose.yml', 'shop-api/.env'].map((name) => join(daemon.workspace, name))
  const before = files.map((file) => readFileSync(file))

  await page.getByRole('textbox', { name: 'Filter' }).fill('project:shop-api port:5432')
  await until('filtered', () => page.locator('[role="row"][data-id]').count(), (count) => count === 1)
  await page.getByRole('button', { name: 'db', exact: true }).click()
  await page.getByText('decides the port').waitFor()
  await page.getByText('Who points at it').waitFor()
  await page.getByRole('button', { name: 'Move to…' }).click()
  await page.getByLabel('To port').fill('15999')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByRole('dialog').getByText('15999').first().waitFor()
  await page.getByRole('button', { name: /^Apply \d+ edits?$/ }).click()
  await page.getByText('Written', { exact: true }).waitFor()
  assert.match(readFileSync(files[0] ?? '', 'utf8'), /"15999:5432"/)
  assert.match(readFileSync(files[1] ?? '', 'utf8'), /localhost:15999\/shop/)

  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: /^Take back \d+ edits?$/ }).click()
  await page.getByText('Written', { exact: true }).waitFor()
  assert.deepEqual(
    files.map((file) => readFileSync(file)),
    before,
    'an undo must give every byte back',
  )
})

test('/e2e/services/a-plan-that-would-be-refused-says-which-file-and-why', async (t) => {
  const daemon = await startDaemon(t)
  const file = join(daemon.workspace, 'shop-api/.env')
  chmodSync(file, 0o444)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services?q=project:shop-api port:5432`, token: daemon.token() })
  await page.getByRole('button', { name: 'db', exact: true }).click()
  await page.getByRole('button', { name: 'Move to…' }).click()
  await page.getByLabel('To port').fill('15999')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  const refusal = page.getByRole('alert').filter({ hasText: 'As the files are now, this would be refused' })
  await refusal.getByText(file).waitFor()
  await refusal.getByText('is read-only (no write permission in its mode)').waitFor()
  assert.deepEqual(await violations(page), [])
  assert.equal(await page.getByRole('button', { name: /^Apply/ }).count(), 0, 'what would be refused is not offered')

  chmodSync(file, 0o644)
  await page.getByRole('button', { name: 'Plan again' }).click()
  await page.getByRole('button', { name: /^Apply \d+ edits?$/ }).click()
  await page.getByText('Written', { exact: true }).waitFor()
  assert.match(readFileSync(file, 'utf8'), /localhost:15999\/shop/)
})

test('/e2e/services/sorted-as-numbers-and-kept-in-the-address', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token() })
  await page.getByRole('columnheader', { name: 'Port', exact: true }).getByRole('button').click()
  await until('sorted', () => new URL(page.url()).searchParams.get('sort'), (sort) => sort?.endsWith('externalPort') ?? false)
  const ports = await page.locator('[data-column="externalPort"]').allInnerTexts()
  const numbers = ports.filter((port: string) => port !== '–').map(Number)
  const ascending = [...numbers].sort((a, b) => a - b)
  const isDescending = new URL(page.url()).searchParams.get('sort')?.startsWith('-') ?? false
  assert.deepEqual(numbers, isDescending ? ascending.reverse() : ascending)
  assert.ok(numbers.some((port) => port >= 10_000) && numbers.some((port) => port < 1_000), 'numbers of several lengths')

  await page.getByRole('textbox', { name: 'Filter' }).fill('type:database')
  await until('filtered', () => new URL(page.url()).searchParams.get('q'), (q) => q === 'type:database')
  const rows = () => page.locator('[role="row"][data-id]').count()
  const shown = await until('filtered', rows, (count) => count < numbers.length && count > 0)
  await page.reload()
  await until('the same after a reload', rows, (count) => count === shown)
})

test('/e2e/services/filters-are-the-command-lines', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token() })
  for (const filter of ['project:shop', '-type:web port:3000-9000', 'is:conflict', 'ip:203', 'db', 'protocol:http name:o']) {
    const response = await fetch(`${daemon.url}/api/services?q=${encodeURIComponent(filter)}&sort=id`)
    const { services } = (await response.json()) as { services: { id: number }[] }
    await page.getByRole('textbox', { name: 'Filter' }).fill(filter)
    await until(
      filter,
      async () => {
        const ids = await page.locator('[role="row"][data-id]').evaluateAll((rows: HTMLElement[]) => rows.map((row) => Number(row.dataset.id)))
        return ids.sort((a: number, b: number) => a - b)
      },
      (ids) => JSON.stringify(ids) === JSON.stringify(services.map(({ id }) => id)),
    )
  }
})

test('/e2e/services/hundreds-change-as-one-transaction', async (t) => {
  const daemon = await startDaemon(t, fillMany(300))
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token() })
  await page.getByLabel('Select all that are shown').check()
  await page.getByRole('button', { name: 'Bulk · 300' }).click()
  await page.getByRole('menuitem', { name: 'Move to other ports…' }).click()
  await page.getByLabel('From port').fill('20000')
  await page.getByRole('button', { name: 'Show the plan' }).click()
  await page.getByRole('button', { name: 'Apply 300 edits' }).click()
  await page.getByText('Written', { exact: true }).waitFor()
  assert.match(readFileSync(join(daemon.workspace, 'project-000/compose.yaml'), 'utf8'), /"20\d\d\d:80"/)
  const { transactions } = JSON.parse(daemon.run('transactions', '--json')) as { transactions: { edits: number }[] }
  assert.deepEqual(transactions.map(({ edits }) => edits), [300])

  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Bulk · 300' }).click()
  await page.getByRole('menuitem', { name: 'Add a tag…' }).click()
  await page.getByRole('textbox', { name: 'Tag' }).fill('moved')
  await page.getByRole('button', { name: 'Change 300 services' }).click()
  await until(
    'tagged',
    async () => ((await (await fetch(`${daemon.url}/api/services?q=tag:moved`)).json()) as { total: number }).total,
    (total) => total === 300,
  )
})

test('/e2e/services/all-of-a-filter-are-added-to-what-is-selected', async (t) => {
  const daemon = await startDaemon(t, fillMany(30))
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token() })
  const filter = page.getByRole('textbox', { name: 'Filter' })
  const all = page.getByLabel('Select all that are shown')
  const shown = (count: number) => until('filtered', () => page.locator('[role="row"][data-id]').count(), (rows) => rows === count)
  await filter.fill('project:project-000')
  await shown(10)
  await all.check()
  await page.getByRole('button', { name: 'Bulk · 10' }).waitFor()
  await filter.fill('project:project-001')
  await until('others are shown', () => all.isChecked(), (isOn) => !isOn)
  await shown(10)
  await all.check()
  await filter.fill('')
  await page.getByRole('button', { name: 'Bulk · 20' }).waitFor()
  await filter.fill('project:project-000')
  await shown(10)
  await all.uncheck()
  await filter.fill('')
  await page.getByRole('button', { name: 'Bulk · 10' }).waitFor()
})

test('/e2e/keyboard/alone-finds-moves-and-takes-back', async (t) => {
  const daemon = await startDaemon(t)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: daemon.url, token: daemon.token() })
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const press = (key: string) => page.keyboard.press(key)
  // The first key may come before the page listens: a person presses again.
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await until('help', () => press('?').then(() => help.isVisible()), (isVisible) => isVisible)
  await press('Escape')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' })
  await press('g')
  await press('s')
  await page.getByRole('textbox', { name: 'Filter' }).waitFor()
  await press('/')
  await page.keyboard.type('name:grafana')
  await press('Escape')
  await until('filtered', () => page.locator('[role="row"][data-id]').count(), (count) => count === 1)
  await press('j')
  await press('x')
  await page.getByRole('button', { name: 'Bulk · 1' }).waitFor()
  assert.equal(await page.locator('[role="row"][aria-selected="true"]').count(), 1)
  await press('Enter')
  await page.getByRole('button', { name: 'Move to…' }).focus()
  await press('Enter')
  await page.getByLabel('To port').waitFor()
  await until('focus', () => page.evaluate(() => document.activeElement?.tagName), (tag) => tag === 'INPUT')
  await press('Control+a')
  await page.keyboard.type('15300')
  await press('Enter')
  await page.getByRole('button', { name: /^Apply/ }).focus()
  await press('Enter')
  await page.getByText('Written', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Done' }).focus()
  await press('Enter')
  await press('Escape')
  await until('closed', () => page.getByRole('dialog').count(), (count) => count === 0)
  await press('u')
  await page.getByRole('button', { name: /^Take back/ }).focus()
  await press('Enter')
  await page.getByText('Written', { exact: true }).waitFor()
  assert.match(readFileSync(join(daemon.workspace, 'monitoring/compose.yaml'), 'utf8'), /"3000:3000"/)
  await press('Escape')
  await press('Control+k')
  await page.getByLabel('Search').fill('8765')
  await page.getByText('assistant-mcp', { exact: true }).first().waitFor()
  await press('ArrowDown')
  await press('Enter')
  await until('at the service', () => new URL(page.url()).searchParams.has('id'), (is) => is)
})
