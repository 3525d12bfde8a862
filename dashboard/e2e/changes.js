/* What a person does on the pages that change files, from start to end, in a real browser against a real daemon:
 * the files are looked at, not what the page says of them. Speaks TAP.
 *
 * usage: node changes.js PORT_MANAGER [FOLDER]     FOLDER: screenshots and axe of each page and theme as well */
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { Daemon, launch, open, report, say } from './rig.js'

const OLD = '203.0.113.10'
const NEW = '198.51.100.23'

async function applied(page, button) {
  await page.getByRole('button', { name: button }).click()
  await page.getByText('Written', { exact: true }).waitFor({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Done' }).click()
}

async function* byKeyboard(page, daemon) {
  const before = daemon.files()
  await page.show('/conflicts?severity=error')
  const card = page.getByRole('article', { name: 'Port 3000' })
  const move = card.getByRole('button', { name: /^Move to…/ }).first()
  await move.focus()
  await page.keyboard.press('Enter')
  const field = page.getByLabel('To port')
  await field.waitFor()
  const port = await field.inputValue()
  yield [/^\d+$/.test(port) && port !== '3000', 'a-free-port-is-proposed']
  await field.focus()
  await page.keyboard.press('Enter')
  await page.getByText(/^Apply \d+ edit/).waitFor({ timeout: 30_000 })
  yield [daemon.changedSince(before).length === 0, 'nothing-is-written-before-the-diff-was-seen']
  await page.getByRole('button', { name: /^Apply/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Written', { exact: true }).waitFor({ timeout: 30_000 })
  yield [daemon.changedSince(before).length > 0, 'a-conflict-is-resolved-by-keyboard']
  await page.getByRole('button', { name: 'Undo' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Take back/ }).waitFor({ timeout: 30_000 })
  await page.locator('table.diff').first().waitFor() // it comes a moment after the rest
  yield [(await page.locator('table.diff').count()) > 0, 'an-undo-shows-its-diff']
  await page.getByRole('button', { name: /^Take back/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Written', { exact: true }).waitFor({ timeout: 30_000 })
  yield [daemon.changedSince(before).length === 0, 'and-undone-byte-for-byte']
}

async function* byDragging(page, daemon) {
  const before = daemon.files()
  await page.show('/conflicts?severity=error')
  const card = page.getByRole('article', { name: 'Port 3000' })
  const grip = card.locator('[data-grip]').first()
  const free = page.locator('[data-free]').first()
  await free.waitFor()
  const port = await free.getAttribute('data-free')
  const [from, to] = [await grip.boundingBox(), await free.boundingBox()]
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(from.x + 40, from.y + 20, { steps: 5 })
  await page.mouse.move(to.x + to.width * 1.5 + 4, to.y + to.height / 2, { steps: 12 })
  const [x, y] = [to.x + to.width / 2, to.y + to.height / 2]
  await page.mouse.move(x, y)
  await page.locator(`[data-free="${port}"][data-over]`).waitFor({ timeout: 5_000 })
  yield [
    (await page.locator('[data-over]').count()) === 1,
    'the-port-under-the-pointer-is-the-one-that-shines',
  ]
  const label = await page.locator('[data-held]').boundingBox()
  yield [Math.hypot(label.x - x, label.y - y) < 30, 'what-is-dragged-is-beside-the-pointer']
  await page.mouse.up()
  await page.getByText(/^Apply \d+ edit/).waitFor({ timeout: 30_000 })
  yield [daemon.changedSince(before).length === 0, 'dropping-writes-nothing-by-itself']
  await applied(page, /^Apply/)
  const changed = daemon.changedSince(before)
  const now = daemon.files()
  yield [changed.some((path) => now.get(path).includes(port)), 'a-conflict-is-resolved-by-dragging']
  const id = JSON.parse(daemon.cli('transactions', '--json').stdout).transactions[0].id
  daemon.cli('undo', String(id), '--yes')
  yield [daemon.changedSince(before).length === 0, 'control-the-command-line-takes-it-back']
}

async function* resolvingAll(page, daemon) {
  const before = daemon.files()
  await page.show('/conflicts')
  await page.getByRole('button', { name: 'Resolve all safely' }).click()
  await page.getByText(/^Apply \d+ edit/).waitFor({ timeout: 30_000 })
  await applied(page, /^Apply/)
  const left = JSON.parse(daemon.cli('conflicts', '--json').stdout).conflicts
  yield [left.every(({ severity }) => severity !== 'error'), 'all-conflicts-are-resolved-at-once']
  const id = JSON.parse(daemon.cli('transactions', '--json').stdout).transactions[0].id
  daemon.cli('undo', String(id), '--yes')
  yield [daemon.changedSince(before).length === 0, 'in-one-transaction']
}

async function* addressChange(page, daemon) {
  const before = daemon.files()
  await page.show('/ip')
  await page.getByLabel('Old address').fill(OLD)
  await page.getByLabel('New address').fill(NEW)
  await page.getByRole('button', { name: 'Find every place' }).click()
  const files = page.getByRole('list', { name: 'Files' })
  await files.waitFor({ timeout: 30_000 })
  const boxes = files.getByRole('checkbox')
  const number = await boxes.count()
  yield [number > 1 && page.url().includes(NEW), 'every-file-is-found']
  const left = await files.locator('li').first().locator('code').textContent()
  await boxes.first().click()
  await files.getByText('left as it is').waitFor({ timeout: 30_000 })
  yield [daemon.changedSince(before).length === 0, 'nothing-is-written-yet']
  await page.getByRole('button', { name: /^Write/ }).click()
  await page.getByText('Written and read back').waitFor({ timeout: 30_000 })
  const said = page.getByText(/still stands in/)
  await said.waitFor()
  const places = Number(/still stands in (\d+) place/.exec(await said.textContent())[1])
  const known = JSON.parse(daemon.cli('ip', 'show', '--json').stdout).addresses
  yield [places === known.find(({ address }) => address === OLD).places, 'what-is-left-is-counted-afterwards']
  const changed = daemon.changedSince(before)
  yield [
    changed.length === number - 1 && !changed.some((path) => path.endsWith(left)),
    'all-files-but-the-excluded-one-are-written',
  ]
  const now = daemon.files()
  yield [changed.every((path) => now.get(path).includes(NEW)), 'with-the-new-address']
  await page.getByRole('button', { name: 'Roll back…' }).click()
  await page.getByRole('button', { name: /^Take back/ }).waitFor({ timeout: 30_000 })
  const diffs = page.getByRole('dialog').locator('table.diff')
  await diffs.first().waitFor()
  yield [(await diffs.count()) >= changed.length, 'rolling-back-shows-its-diff']
  await applied(page, /^Take back/)
  yield [daemon.changedSince(before).length === 0, 'and-brings-every-byte-back']
}

async function* ports(page) {
  await page.show('/ports')
  await page.getByLabel('Who uses port').fill('3000')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Declared by').waitFor()
  await dialog.getByText(/:\d+$/).first().waitFor()
  yield [page.url().includes('port=3000'), 'says-who-uses-a-port-and-why']
  await page.keyboard.press('Escape')
  const map = page.getByRole('slider')
  await map.focus()
  const first = Number(await map.getAttribute('aria-valuenow'))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  yield [Number(await map.getAttribute('aria-valuenow')) === first + 257, 'arrows-move-on-the-map']
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: `Port ${first + 257}` }).waitFor()
  await page.keyboard.press('Escape')
  const box = await map.boundingBox()
  await page.mouse.move(box.x + 10, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + 200, box.y + 140, { steps: 4 })
  await page.mouse.up()
  yield [/range=\d+-\d+/.test(page.url()), 'dragging-selects-a-range']
  await page.getByText('Table', { exact: true }).click()
  await page
    .getByRole('columnheader', { name: 'Who' })
    .or(page.getByText('All of these ports are free'))
    .waitFor()
  yield [true, 'the-same-is-a-table']
  await page
    .getByRole('button', { name: /^Reserve \d+$/ })
    .first()
    .click()
  await page.getByText(/is reserved for a day/).waitFor()
  yield [true, 'the-next-free-port-is-reserved']
}

async function* looks(browser, urls, shots) {
  for (const scheme of ['light', 'dark'])
    for (const width of [1440, 360]) {
      const page = await open(browser, urls.next(), { colorScheme: scheme, viewport: { width, height: 900 } })
      for (const path of [
        '/ports',
        '/ports?view=table',
        '/ports?port=3000',
        '/conflicts',
        `/ip?old=${OLD}`,
        `/ip?old=${OLD}&new=${NEW}`,
      ]) {
        await page.show(path)
        await page.waitForLoadState('networkidle').catch(() => undefined)
        await page.waitForTimeout(400)
        const name = `${path.replaceAll(/[^a-z0-9]+/g, '-').slice(1)}-${scheme}-${width}`
        await page.screenshot({ path: join(shots, `${name}.png`) })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        yield [wide <= 0, `${name}/fits`]
        const { violations } = await new AxeBuilder({ page }).analyze()
        for (const one of violations) say(`# ${one.id}: ${one.nodes[0]?.html}`)
        yield [violations.length === 0, `${name}/is-accessible`]
      }
      await page.context().close()
    }
}

async function* quiet(page) {
  for (const complaint of page.complaints) say(`# ${complaint}`)
  yield [page.complaints.length === 0, 'neither-the-console-nor-the-policy-complains']
}

const [program, shots] = process.argv.slice(2)
const daemon = new Daemon(program)
const browser = await launch()
try {
  const urls = await daemon.start()
  const page = await open(browser, urls)
  const token = await page.evaluate(() => sessionStorage.getItem('port-manager.token'))
  const seen = { next: () => ({ url: urls.url, pageUrl: `${urls.url}/`, token }) }
  process.exitCode = await report('dashboard/changes', [
    byKeyboard(page, daemon),
    byDragging(page, daemon),
    resolvingAll(page, daemon),
    addressChange(page, daemon),
    ports(page),
    quiet(page),
    ...(shots === undefined ? [] : [looks(browser, seen, shots)]),
  ])
} finally {
  await browser.close()
  await daemon.end()
}
