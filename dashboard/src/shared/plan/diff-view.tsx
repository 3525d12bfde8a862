import { ChevronRight } from 'lucide-react'
import { type ReactElement, useMemo } from 'react'
import { Decoration, Diff, Hunk, type HunkData, parseDiff, pickRanges, tokenize } from 'react-diff-view'
import 'react-diff-view/style/index.css'
import { plain } from '@/shared/lib/format'
import { rangesToMark } from './changed-values'
import styles from './diff-view.module.css'
import { type FileDiff, splitDiff } from './split-diff'

const OPEN_AT_FIRST = 20

/** A unified diff, file by file, with the values that change marked inside their lines. */
export default function DiffView({ text }: { text: string }) {
  const files = useMemo(() => splitDiff(text), [text])
  return (
    <div className={styles.files}>
      {files.map((file, index) => (
        <OneFile key={file.path} file={file} open={index < OPEN_AT_FIRST} />
      ))}
    </div>
  )
}

function OneFile({ file, open }: { file: FileDiff; open: boolean }) {
  const hunks = useMemo(() => hunksOf(file), [file])
  const tokens = useMemo(() => tokenize(hunks, { enhancers: [pickRanges(...rangesToMark(hunks))] }), [hunks])
  return (
    <details className={styles.file} open={open}>
      <summary>
        <ChevronRight size={14} className={styles.chevron} aria-hidden="true" />
        <code className={`pm-mono ${styles.path}`}>{plain(file.path)}</code>
        <span className={styles.counts}>
          <span className={styles.added}>
            +{file.added}
            <span className="pm-hidden"> lines added</span>
          </span>
          <span className={styles.removed}>
            −{file.removed}
            <span className="pm-hidden"> lines removed</span>
          </span>
        </span>
      </summary>
      <Diff diffType="modify" viewType="unified" hunks={hunks} tokens={tokens} gutterType="default">
        {(shown) => shown.flatMap(withHead)}
      </Diff>
    </details>
  )
}

function withHead(hunk: HunkData, index: number): ReactElement[] {
  const key = `${hunk.oldStart}`
  const body = <Hunk key={key} hunk={hunk} />
  if (index === 0) return [body]
  return [<Decoration key={`${key}-head`}>{hunk.content}</Decoration>, body]
}

/** The parser wants git's head, and takes names with blanks apart; ours stand in the summary. */
function hunksOf(file: FileDiff): HunkData[] {
  const parsed = parseDiff(`diff --git a/file b/file\n--- a/file\n+++ b/file\n${file.hunks}`)
  return parsed[0]?.hunks ?? []
}
