import { useMediaQuery } from '@mantine/hooks'
import type { RowSelectionState } from '@tanstack/react-table'
import { useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useCallback, useEffect, useRef } from 'react'
import { columns, features, type Service } from './columns'
import { ServiceRow } from './service-row'
import styles from './service-table.module.css'
import { sortingOf, sortText } from './sorting'
import { useRowKeys } from './use-row-keys'

interface ServiceTableProps {
  services: Service[]
  sort: string
  onSort: (sort: string) => void
  selection: RowSelectionState
  onSelection: (next: RowSelectionState) => void
  onOpen: (id: number) => void
}

const ROW = 40
const CARD = 64
const RIGHT = new Set(['externalPort', 'internalPort'])
const rowId = (service: Service) => String(service.id)

/** As many rows as there are, of which only those in view exist. */
export function ServiceTable({ services, sort, onSort, selection, onSelection, onOpen }: ServiceTableProps) {
  const sorting = sortingOf(sort)
  const table = useTable({
    features,
    columns,
    data: services,
    getRowId: rowId,
    enableSortingRemoval: false,
    state: { sorting, rowSelection: selection },
    onSortingChange: (next) => onSort(sortText(typeof next === 'function' ? next(sorting) : next)),
    onRowSelectionChange: (next) => onSelection(typeof next === 'function' ? next(selection) : next),
  })
  const rows = table.getRowModel().rows
  const scroller = useRef<HTMLDivElement>(null)
  const height = useMediaQuery('(max-width: 719px)', false, { getInitialValueInEffect: false }) ? CARD : ROW
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when they become cards
  useEffect(() => virtualizer.measure(), [height])

  const current = useRef({ rows, selection, onSelection, anchor: -1 })
  current.current = { ...current.current, rows, selection, onSelection }
  const toggle = useCallback((id: number, isRange: boolean) => {
    const state = current.current
    const index = state.rows.findIndex((row) => row.original.id === id)
    const isOn = state.selection[String(id)] !== true
    const first = isRange && state.anchor >= 0 ? Math.min(state.anchor, index) : index
    const last = isRange && state.anchor >= 0 ? Math.max(state.anchor, index) : index
    const next = { ...state.selection }
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
    open: (index) => withId(rows[index]?.original, onOpen),
    toggle: (index) => withId(rows[index]?.original, (id) => toggle(id, false)),
    clear: () => onSelection({}),
  })

  return (
    <div className={styles.frame}>
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
            <AllCheckbox
              all={table.getIsAllRowsSelected()}
              some={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
              onToggle={() => table.toggleAllRowsSelected()}
            />
          </div>
          {table.getFlatHeaders().map((header) => {
            const direction = header.column.getIsSorted()
            return (
              <div
                key={header.id}
                role="columnheader"
                className={RIGHT.has(header.id) ? styles.right : ''}
                aria-sort={direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : 'none'}
              >
                <button type="button" className={styles.sort} onClick={() => header.column.toggleSorting()}>
                  {String(header.column.columnDef.header)}
                  {direction === 'asc' && <ArrowUp size={12} aria-hidden="true" />}
                  {direction === 'desc' && <ArrowDown size={12} aria-hidden="true" />}
                </button>
              </div>
            )
          })}
        </div>
        <div className={styles.body} style={{ height: virtualizer.getTotalSize() }} role="rowgroup">
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <ServiceRow
                key={item.key}
                service={row.original}
                index={item.index}
                top={item.start}
                isSelected={selection[row.id] === true}
                isCursor={cursor === item.index}
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

function withId(service: Service | undefined, act: (id: number) => void) {
  if (service !== undefined) act(service.id)
}

interface AllCheckboxProps {
  all: boolean
  some: boolean
  onToggle: () => void
}

function AllCheckbox({ all, some, onToggle }: AllCheckboxProps) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = some
  }, [some])
  return (
    <input
      ref={box}
      type="checkbox"
      checked={all}
      onChange={onToggle}
      aria-label="Select all that are shown"
    />
  )
}
