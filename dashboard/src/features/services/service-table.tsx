import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useIsNarrow } from '@/shared/lib/narrow'
import { type Column, columns, columnsWithHost, type Service } from './columns'
import { ServiceRow } from './service-row'
import styles from './service-table.module.css'
import { type Sort, Sorter, sortOf, sortText } from './sorting'
import { useRowKeys } from './use-row-keys'

/** Of the ids that are selected each is there. */
export type Selection = Readonly<Record<string, boolean>>

interface ServiceTableProps {
  services: Service[]
  /** The registry has services of several hosts. */
  withHost: boolean
  sort: string
  onSort: (sort: string) => void
  selection: Selection
  onSelection: (next: Selection) => void
  onOpen: (id: number) => void
}

const ROW = 40
const CARD = 64
/** What stands above the rows, about: enough to know how many rows are seen before anything is laid out. */
const ABOVE = 210

/** As many rows as there are, of which only those in view exist. */
export function ServiceTable(props: ServiceTableProps) {
  const { services, withHost, sort, onSort, selection, onSelection, onOpen } = props
  const [sorter] = useState(() => new Sorter())
  const order = sortOf(sort)
  const rows = sorter.sort(services, order)
  const scroller = useRef<HTMLDivElement>(null)
  const height = useIsNarrow() ? CARD : ROW
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    initialRect: { width: 0, height: Math.max(height, window.innerHeight - ABOVE) },
    observeElementRect: observeSize,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when they become cards
  useEffect(() => virtualizer.measure(), [height])

  const current = useRef({ rows, selection, onSelection, anchor: -1 })
  current.current = { ...current.current, rows, selection, onSelection }
  const toggle = useCallback((id: number, isRange: boolean) => {
    const state = current.current
    const index = state.rows.findIndex((row) => row.id === id)
    const isOn = state.selection[String(id)] !== true
    const first = isRange && state.anchor >= 0 ? Math.min(state.anchor, index) : index
    const last = isRange && state.anchor >= 0 ? Math.max(state.anchor, index) : index
    const next: Record<string, boolean> = { ...state.selection }
    for (const row of state.rows.slice(first, last + 1)) {
      if (isOn) next[row.id] = true
      else delete next[row.id]
    }
    state.anchor = index
    state.onSelection(next)
  }, [])
  const cursor = useRowKeys({
    count: rows.length,
    scroller,
    show: (index) => virtualizer.scrollToIndex(index),
    open: (index) => withId(rows[index], onOpen),
    toggle: (index) => withId(rows[index], (id) => toggle(id, false)),
    clear: () => onSelection({}),
  })

  const selected = useMemo(
    () => rows.reduce((sum, { id }) => sum + (selection[id] === true ? 1 : 0), 0),
    [rows, selection],
  )
  const toggleAll = useCallback((isOn: boolean) => {
    const state = current.current
    state.onSelection(withAll(state.selection, state.rows, isOn))
  }, [])

  return (
    <div className={withHost ? `${styles.frame} ${styles.withHost}` : styles.frame}>
      <div
        className={styles.scroller}
        ref={scroller}
        role="grid"
        aria-label="Services"
        aria-rowcount={rows.length + 1}
        aria-multiselectable="true"
      >
        <div className={styles.head} role="row" aria-rowindex={1}>
          <div role="columnheader" className={styles.check}>
            <AllCheckbox selected={selected} all={rows.length} onToggle={toggleAll} />
          </div>
          <Headings sort={sort} withHost={withHost} onSort={onSort} />
        </div>
        <div className={styles.body} style={{ height: virtualizer.getTotalSize() }} role="rowgroup">
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <ServiceRow
                key={row.id}
                service={row}
                index={item.index}
                top={item.start}
                isSelected={selection[row.id] === true}
                isCursor={cursor === item.index}
                withHost={withHost}
                onToggle={toggle}
                onOpen={onOpen}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** As the browser has laid the scroller out: to ask for its size would lay out the whole page at once, rows or not. */
function observeSize(
  { scrollElement }: Virtualizer<HTMLDivElement, Element>,
  tell: (size: { width: number; height: number }) => void,
) {
  if (scrollElement === null) return
  const observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return
    const { width, height } = entry.contentRect
    tell({ width: Math.round(width), height: Math.round(height) })
  })
  observer.observe(scrollElement)
  return () => observer.disconnect()
}

/** Those that are shown, on or off; who is not shown stays as it is. */
export function withAll(selection: Selection, shown: Pick<Service, 'id'>[], isOn: boolean): Selection {
  const next: Record<string, boolean> = { ...selection }
  for (const { id } of shown) {
    if (isOn) next[id] = true
    else delete next[id]
  }
  return next
}

function withId(service: Service | undefined, act: (id: number) => void) {
  if (service !== undefined) act(service.id)
}

interface HeadingsProps {
  sort: string
  withHost: boolean
  onSort: (sort: string) => void
}

/** Drawn again only when the order is another. */
const Headings = memo(function Headings({ sort, withHost, onSort }: HeadingsProps) {
  const order = sortOf(sort)
  return (withHost ? columnsWithHost : columns).map((column) => (
    <Heading
      key={column.key}
      column={column}
      order={order}
      onSort={() => onSort(sortText({ key: column.key, isDown: order.key === column.key && !order.isDown }))}
    />
  ))
})

function Heading({ column, order, onSort }: { column: Column; order: Sort; onSort: () => void }) {
  const isSorted = order.key === column.key
  return (
    <div
      role="columnheader"
      className={column.isRight ? styles.right : ''}
      data-head={column.key}
      aria-sort={!isSorted ? 'none' : order.isDown ? 'descending' : 'ascending'}
    >
      <button type="button" className={styles.sort} onClick={onSort}>
        {column.header}
        {isSorted && !order.isDown && <ArrowUp size={12} aria-hidden="true" />}
        {isSorted && order.isDown && <ArrowDown size={12} aria-hidden="true" />}
      </button>
    </div>
  )
}

interface AllCheckboxProps {
  selected: number
  all: number
  onToggle: (isOn: boolean) => void
}

const AllCheckbox = memo(function AllCheckbox({ selected, all, onToggle }: AllCheckboxProps) {
  const box = useRef<HTMLInputElement>(null)
  const some = selected > 0 && selected < all
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = some
  }, [some])
  return (
    <input
      ref={box}
      type="checkbox"
      checked={selected === all}
      onChange={() => onToggle(selected < all)}
      aria-label="Select all that are shown"
    />
  )
})
