/** One file of a unified diff: its path, and its hunks as text. */
export interface FileDiff {
  path: string
  hunks: string
  added: number
  removed: number
}

/** Cuts a unified diff into its files. What a hunk's head announces is counted down, so that a removed line
 * which looks like a head of a file (“-- a”) is none. */
export function splitDiff(text: string): FileDiff[] {
  const files: FileDiff[] = []
  const lines: string[] = []
  let left = { old: 0, new: 0 }
  const finish = () => {
    const file = files.at(-1)
    if (file !== undefined) file.hunks = lines.join('\n')
    lines.length = 0
  }
  for (const line of text.split('\n')) {
    const inHunk = left.old > 0 || left.new > 0
    if (!inHunk && line.startsWith('--- ')) {
      finish()
      files.push({ path: pathOf(line), hunks: '', added: 0, removed: 0 })
    } else if (!inHunk && line.startsWith('+++ ')) {
      const file = files.at(-1)
      if (file !== undefined && pathOf(line) !== '/dev/null') file.path = pathOf(line)
    } else if (!inHunk && line.startsWith('@@')) {
      left = sizesOf(line)
      lines.push(line)
    } else if (inHunk || line.startsWith('\\')) {
      lines.push(line)
      countDown(line, left, files.at(-1))
    }
  }
  finish()
  return files
}

function pathOf(head: string): string {
  const path = head.slice(4)
  return path.startsWith('a/') || path.startsWith('b/') ? path.slice(2) : path
}

function sizesOf(head: string): { old: number; new: number } {
  const match = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(head)
  return { old: Number(match?.[1] ?? 1), new: Number(match?.[2] ?? 1) }
}

function countDown(line: string, left: { old: number; new: number }, file: FileDiff | undefined) {
  if (line.startsWith('\\')) return
  if (line.startsWith('-')) left.old -= 1
  else if (line.startsWith('+')) left.new -= 1
  else {
    left.old -= 1
    left.new -= 1
  }
  if (file === undefined) return
  if (line.startsWith('-')) file.removed += 1
  if (line.startsWith('+')) file.added += 1
}
