import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/* A selector that ends in “anything beside”, or in “anything that is the first”, is in no browser's index: every row
 * that comes or goes, anywhere, has the whole page's styles worked out again (5 ms of each frame while scrolling). */
const COSTLY = /(?:[+~]\s*\*|(?:^|[\s>+~]):(?:first|last|only|nth)-\S+)\s*$/

const folder = join(import.meta.dirname, '../..')

function selectorsOf(css: string): string[] {
  const bare = css.replaceAll(/\/\*.*?\*\//gs, '')
  return [...bare.matchAll(/([^{};]+)\{/g)].flatMap(([, list]) =>
    (list ?? '').split(',').map((one) => one.trim()),
  )
}

describe('style sheets', () => {
  it('have no selector that costs with every row that comes or goes', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.css'),
    )
    expect(files.length).toBeGreaterThan(10)
    const costly = files.flatMap((name) =>
      selectorsOf(readFileSync(join(folder, name), 'utf8'))
        .filter((selector) => COSTLY.test(selector))
        .map((selector) => `${name}: ${selector}`),
    )
    expect(costly).toEqual([])
  })

  it('would be found', () => {
    for (const selector of ['.a + *', 'th > * + *', '.foot > :first-child', '.a ~ *'])
      expect(COSTLY.test(selector)).toBe(true)
    for (const selector of ['.a li:last-child', '.head > *', '.row:first-child', '.a + .b'])
      expect(COSTLY.test(selector)).toBe(false)
  })
})
