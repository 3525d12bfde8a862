import { describe, expect, it } from 'vitest'
import { splitDiff } from './split-diff'

const TWO = `--- a/shop/.env
+++ b/shop/.env
@@ -1,3 +1,3 @@
 # ports
-PORT=3000
+PORT=3001
 HOST=0.0.0.0
--- a/web/my file.json
+++ b/web/my file.json
@@ -2,1 +2,1 @@
-a
+b
@@ -9 +9 @@
-c
+d
`

describe('a unified diff', () => {
  it('is cut into its files, with what each adds and removes', () => {
    expect(splitDiff(TWO).map(({ path, added, removed }) => [path, added, removed])).toEqual([
      ['shop/.env', 1, 1],
      ['web/my file.json', 2, 2],
    ])
    expect(splitDiff(TWO)[0]?.hunks).toBe('@@ -1,3 +1,3 @@\n # ports\n-PORT=3000\n+PORT=3001\n HOST=0.0.0.0')
  })

  it('takes no line inside of a hunk for a head', () => {
    const files = splitDiff('--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- a note\n+++ b note\n same\n')
    expect(files).toHaveLength(1)
    expect(files[0]).toMatchObject({ path: 'x.sql', added: 1, removed: 1 })
  })

  it('reads files that come from nothing, and lines that only come', () => {
    const files = splitDiff(
      '--- a/config.toml\n+++ b/config.toml\n@@ -0,0 +1,2 @@\n+[ip]\n+policy = "apply"\n',
    )
    expect(files[0]).toMatchObject({ path: 'config.toml', added: 2, removed: 0 })
  })

  it('counts no mark of a missing line end', () => {
    const files = splitDiff('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n')
    expect(files[0]).toMatchObject({ added: 1, removed: 1 })
    expect(files[0]?.hunks).toContain('\\ No newline')
  })

  it('is nothing when nothing changes', () => {
    expect(splitDiff('')).toEqual([])
  })
})
