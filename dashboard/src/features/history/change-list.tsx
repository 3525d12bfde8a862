import { Button } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { Link } from 'wouter'
import { changeWord } from '@/shared/lib/change-word'
import { plain } from '@/shared/lib/format'
import { useIsNarrow } from '@/shared/lib/narrow'
import { serviceText } from '@/shared/lib/service-text'
import { Empty } from '@/shared/ui/states'
import type { HistoryEntry } from './changes'
import styles from './history.module.css'

const ROW_HEIGHT = 36
/** Of two lines, on a phone. */
const TALL_ROW_HEIGHT = 58

interface ChangeListProps {
  entries: HistoryEntry[]
  /** The list shows what changed last before this time; '' none. */
  at: string
  isFiltered: boolean
  onClear: () => void
  hasMore: boolean
  isLoadingMore: boolean
  onMore: () => void
}

/** Every change of a port, an address or a status, newest first; only the rows in view are drawn. */
export function ChangeList({
  entries,
  at,
  isFiltered,
  onClear,
  hasMore,
  isLoadingMore,
  onMore,
}: ChangeListProps) {
  const frame = useRef<HTMLElement>(null)
  const height = useIsNarrow() ? TALL_ROW_HEIGHT : ROW_HEIGHT
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was measured with the other height is old
  useEffect(() => rows.measure(), [height])
  const found = useMemo(() => nearest(entries, at), [entries, at])
  useEffect(() => {
    if (found >= 0) rows.scrollToIndex(found, { align: 'center' })
  }, [found, rows])

  if (entries.length === 0)
    return isFiltered ? (
      <Empty
        title="Nothing matches"
        actions={
          <Button variant="default" onClick={onClear}>
            Clear
          </Button>
        }
      />
    ) : (
      <Empty title="Nothing changed in this time" />
    )
  return (
    <>
      <section
        ref={frame}
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        aria-label="Changes, newest first"
      >
        <ol className={styles.rows} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const entry = entries[row.index] as HistoryEntry
            return (
              <li
                key={entry.id}
                className={row.index === found ? `${styles.row} ${styles.found}` : styles.row}
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <ChangeRow entry={entry} />
              </li>
            )
          })}
        </ol>
      </section>
      {hasMore && (
        <div className={styles.more}>
          <Button variant="default" loading={isLoadingMore} onClick={onMore}>
            Older changes
          </Button>
        </div>
      )}
    </>
  )
}

function ChangeRow({ entry }: { entry: HistoryEntry }) {
  return (
    <>
      <time className={styles.time} dateTime={entry.timestamp}>
        {new Date(entry.timestamp).toLocaleString()}
      </time>
      <Link
        href={`/services?id=${entry.serviceId}`}
        className={styles.service ?? ''}
        title={serviceText(entry)}
      >
        {serviceText(entry)}
      </Link>
      <span className={styles.change}>{changeWord(entry.changeType)}</span>
      <span className={styles.values}>
        {entry.oldValue !== null && <span className="pm-muted">{plain(entry.oldValue)}</span>}
        {entry.oldValue !== null && entry.newValue !== null && ' → '}
        {entry.newValue !== null && plain(entry.newValue)}
      </span>
    </>
  )
}

/** Index of the last change not after a time; -1: there is none, or no time is asked for. */
function nearest(entries: HistoryEntry[], at: string): number {
  const time = Date.parse(at)
  return Number.isNaN(time) ? -1 : entries.findIndex((entry) => Date.parse(entry.timestamp) <= time)
}
