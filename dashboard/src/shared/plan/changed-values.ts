import type { ChangeData, HunkData, RangeTokenNode } from 'react-diff-view'

/* What is marked in the lines of a diff: whole values. Of “3000 → 3002” the last digit is what differs, but who reads it
 * looks for the port. A line is cut into values (letters, digits and dots: words, numbers, IPv4 addresses) and what stands
 * between them; lines with as many pieces are compared piece by piece, others from both ends. */

const PIECES = /[\p{L}\p{N}_.]+|[^\p{L}\p{N}_.]/gu

type Range = [start: number, length: number]

/** Ranges of characters that differ, in each of two lines. */
export function changedValues(before: string, after: string): [before: Range[], after: Range[]] {
  const old = before.match(PIECES) ?? []
  const now = after.match(PIECES) ?? []
  if (old.length === now.length) {
    const differs = old.map((piece, index) => piece !== now[index])
    return [rangesOf(old, differs), rangesOf(now, differs)]
  }
  const most = Math.min(old.length, now.length)
  let head = 0
  while (head < most && old[head] === now[head]) head += 1
  let tail = 0
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  const isMiddle = (pieces: string[]) =>
    pieces.map((_, index) => index >= head && index < pieces.length - tail)
  return [rangesOf(old, isMiddle(old)), rangesOf(now, isMiddle(now))]
}

/** Neighbours that differ are one range. */
function rangesOf(pieces: string[], differs: boolean[]): Range[] {
  const ranges: Range[] = []
  let start = 0
  pieces.forEach((piece, index) => {
    const before = ranges.at(-1)
    if (differs[index] === true && before !== undefined && before[0] + before[1] === start)
      before[1] += piece.length
    else if (differs[index] === true) ranges.push([start, piece.length])
    start += piece.length
  })
  return ranges
}

/** For react-diff-view's `pickRanges`: lines that were taken out, each with the one that was put in its place. */
export function rangesToMark(hunks: HunkData[]): [old: RangeTokenNode[], now: RangeTokenNode[]] {
  const marks: [RangeTokenNode[], RangeTokenNode[]] = [[], []]
  for (const { changes } of hunks)
    for (const [before, after] of pairsOf(changes)) {
      const [old, now] = changedValues(before.content, after.content)
      marks[0].push(...old.map((range) => mark(before, range)))
      marks[1].push(...now.map((range) => mark(after, range)))
    }
  return marks
}

/** Of a run of deleted lines and the run of inserted ones behind it: first with first, and so on. */
function pairsOf(changes: ChangeData[]): [before: ChangeData, after: ChangeData][] {
  const pairs: [ChangeData, ChangeData][] = []
  let deleted: ChangeData[] = []
  let isOpen = false
  for (const change of changes) {
    if (change.type === 'delete') {
      if (!isOpen) deleted = []
      isOpen = true
      deleted.push(change)
      continue
    }
    isOpen = false
    const before = change.type === 'insert' ? deleted.shift() : undefined
    if (before === undefined) deleted = []
    else pairs.push([before, change])
  }
  return pairs
}

function mark(change: ChangeData, [start, length]: Range): RangeTokenNode {
  const lineNumber = 'lineNumber' in change ? change.lineNumber : 0
  return { type: 'edit', lineNumber, start, length }
}
