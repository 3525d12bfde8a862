/* Makes the pictures of docs/images/: each page on the example workspace, after a change, light and dark.
 *
 * usage: run screenshots.ts PORT-MANAGER */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fillExample, here, startBrowser, startDaemon, stopBrowser } from './rig.ts'

after(stopBrowser)

const PAGES: [name: string, path: string, scheme: 'light' | 'dark'][] = [
  ['overview', '/', 'light'],
  ['services', '/services', 'light'],
  ['service', '/services?q=project%3Ashop-api&id=', 'dark'],
  ['ports', '/ports', 'light'],
  ['conflicts', '/conflicts', 'light'],
  ['ip-change', '/ip', 'light'],
  ['map', '/map', 'dark'],
  ['health', '/health', 'light'],
  ['history', '/history', 'light'],
  ['settings', '/settings', 'light'],
]

test('pictures', async (t) => {
  // What this machine runs is nobody's business.
  const daemon = await startDaemon(t, fillExample, '[scan]\nsockets = false\n')
  // One change that History, Overview and the service's detail can tell of.
  daemon.run('assign', 'docs-site', '3080', '--yes')
  const { services } = (await (await fetch(`${daemon.url}/api/services?q=project:shop-api%20port:8080`)).json()) as {
    services: { id: number }[]
  }
  const browser = await startBrowser(t)
  const folder = join(here, '../../docs/images')
  mkdirSync(folder, { recursive: true })
  const token = daemon.token()
  for (const [name, path, scheme] of PAGES) {
    const page = await browser.open({ token, scheme, width: 1280, height: 800, mayFail: /./ })
    await page.goto(daemon.url + (path.endsWith('id=') ? path + services[0]?.id : path))
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null)
    await page.waitForTimeout(name === 'map' ? 2_500 : 800)
    writeFileSync(join(folder, `${name}.png`), await page.screenshot())
    await page.close()
  }
})
