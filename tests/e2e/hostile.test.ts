import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startBrowser, startDaemon, stopBrowser, until } from './rig.ts'

after(stopBrowser)

const MARKUP = '<img src=x onerror=alert(1)>'
const TURNED = 'abc\u202etxt.exe'

function fill(workspace: string) {
  for (const [folder, name, port] of [
    ['markup', MARKUP, 18_001],
    ['turned', TURNED, 18_002],
    ['script', '</script><script>alert(1)</script>', 18_003],
  ] as const) {
    mkdirSync(join(workspace, folder))
    writeFileSync(join(workspace, folder, 'package.json'), JSON.stringify({ name, scripts: { dev: `vite --port ${port}` } }))
  }
  mkdirSync(join(workspace, '<b>bold'))
  writeFileSync(join(workspace, '<b>bold', '.env'), 'PORT=18004\n')
}

test('/e2e/hostile/names-of-scanned-files-stay-text', async (t) => {
  const daemon = await startDaemon(t, fill)
  const browser = await startBrowser(t)
  const page = await browser.open({ url: `${daemon.url}/services`, token: daemon.token() })
  let hasAlert = false
  page.on('dialog', async (dialog: { dismiss(): Promise<void> }) => {
    hasAlert = true
    await dialog.dismiss()
  })
  const response = await fetch(`${daemon.url}/api/services`)
  const { services } = (await response.json()) as { services: { serviceName: string; projectId: string; id: number }[] }
  assert.ok(services.length >= 4, 'the hostile services must be there')
  for (const path of ['/', '/services', '/ports', '/conflicts', '/map', '/history', '/ip', '/health', '/settings']) {
    await page.goto(daemon.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(await page.locator('main img, main b, main script').count(), 0, `${path}: markup became elements`)
  }
  await page.goto(`${daemon.url}/services`)
  if (services.some(({ serviceName }) => serviceName === MARKUP)) await page.getByText(MARKUP, { exact: true }).first().waitFor()
  if (services.some(({ serviceName }) => serviceName === TURNED))
    await until('what turns text round is visible', () => page.locator('main').innerText(), (text) => text.includes('abc\\u202etxt.exe'))
  for (const { id } of services) {
    await page.goto(`${daemon.url}/services?id=${id}`)
    await page.getByText('Where it is written').waitFor()
    assert.equal(await page.locator('[role="dialog"] img, [role="dialog"] b').count(), 0)
  }
  assert.equal(hasAlert, false)
})
