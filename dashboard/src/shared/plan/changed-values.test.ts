import { parseDiff } from 'react-diff-view'
import { describe, expect, it } from 'vitest'
import { changedValues, rangesToMark } from './changed-values'

/** What is marked in the old line, and in the new one. */
function marked(before: string, after: string): [string[], string[]] {
  const [old, now] = changedValues(before, after)
  const cut = (text: string, ranges: [number, number][]) =>
    ranges.map(([start, length]) => text.slice(start, start + length))
  return [cut(before, old), cut(after, now)]
}

describe('what is marked in a diff', () => {
  it('is the whole port, not the digit that differs', () => {
    expect(marked('  - "3000:3000"', '  - "3002:3000"')).toEqual([['3000'], ['3002']])
    expect(marked('PORT=8080', 'PORT=20051')).toEqual([['8080'], ['20051']])
  })
  it('is the whole address', () => {
    expect(marked('http://203.0.113.10:3000/a', 'http://203.0.113.7:3000/a')).toEqual([
      ['203.0.113.10'],
      ['203.0.113.7'],
    ])
  })
  it('is each of several values of a line', () => {
    expect(marked('a:80 b:80 c', 'a:81 b:81 c')).toEqual([
      ['80', '80'],
      ['81', '81'],
    ])
  })
  it('is what stands between the same ends where a line has more pieces than before', () => {
    expect(marked('host = 203.0.113.10 # ours', 'host = 2001:db8::1 # ours')).toEqual([
      ['203.0.113.10'],
      ['2001:db8::1'],
    ])
    expect(marked('x', 'x')).toEqual([[], []])
  })
  it('stands at its lines', () => {
    const text = [
      'diff --git a/f b/f',
      '--- a/f',
      '+++ b/f',
      '@@ -1,4 +1,4 @@',
      ' one: 1',
      '-a: 3000',
      '-b: 3000',
      '+a: 3002',
      '+b: 3002',
      ' end: 1',
      '',
    ].join('\n')
    const [old, now] = rangesToMark(parseDiff(text)[0]?.hunks ?? [])
    expect(old).toEqual([
      { type: 'edit', lineNumber: 2, start: 3, length: 4 },
      { type: 'edit', lineNumber: 3, start: 3, length: 4 },
    ])
    expect(now).toEqual(old)
  })
})
