import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { LAST_PORT, type PortUses, wordsFor } from '@/shared/lib/port-uses'
import { COLUMNS, type Kind, kindOf, moveBy, portAt, type Span, spanBetween } from './grid'
import styles from './ports.module.css'

const LEGEND: [kind: Kind, words: string][] = [
  ['conflict', 'conflict'],
  ['held', 'declared'],
  ['listening', 'listening, declared by nobody'],
  ['leased', 'leased'],
  ['kept', 'kept by the kernel or browsers'],
  ['free', 'free'],
]

interface PortMapProps {
  uses: PortUses | undefined
  span: Span | null
  onSpan: (span: Span | null) => void
  onOpen: (port: number) => void
}

/** Every port as a cell. To assistive technology it is a slider over the ports, whose text says what one is. */
export function PortMap({ uses, span, onSpan, onOpen }: PortMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [at, setAt] = useState(span?.first ?? 3000)
  const [start, setStart] = useState<number | null>(null)
  const scheme = useColorScheme()
  useEffect(() => {
    if (canvas.current !== null && uses !== undefined) paint(canvas.current, uses, scheme)
  }, [uses, scheme])

  const portOf = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    return portAt(event.clientX - box.left, event.clientY - box.top, box.width, box.height)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moveBy(event.key, at)
    if (next !== null) {
      event.preventDefault()
      setAt(next)
      if (event.shiftKey) onSpan(spanBetween(start ?? at, next))
      if (event.shiftKey && start === null) setStart(at)
      if (!event.shiftKey) setStart(null)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      onOpen(at)
    } else if (event.key === 'Escape') onSpan(null)
  }
  const words = uses === undefined ? '' : wordsFor(uses.of(at))
  return (
    <div className={styles.mapBox}>
      <div
        className={styles.map}
        role="slider"
        tabIndex={0}
        aria-label="Map of all ports: arrows move, Enter opens, Shift with arrows selects a range"
        aria-valuemin={1}
        aria-valuemax={LAST_PORT}
        aria-valuenow={at}
        aria-valuetext={`${at}: ${words}`}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          const port = portOf(event)
          if (port === null) return
          event.currentTarget.setPointerCapture(event.pointerId)
          setStart(port)
          setAt(port)
        }}
        onPointerMove={(event) => {
          const port = portOf(event)
          if (port === null) return
          setAt(port)
          if (start !== null && event.buttons === 1 && port !== start) onSpan(spanBetween(start, port))
        }}
        onPointerUp={(event) => {
          const port = portOf(event)
          if (port !== null && port === start) onOpen(port)
          setStart(null)
        }}
      >
        <canvas ref={canvas} width={COLUMNS} height={COLUMNS} className={styles.canvas} />
        {span !== null && <Selection span={span} />}
        <Cell port={at} className={styles.cursor ?? ''} />
      </div>
      <div className={styles.mapSide}>
        <p className={styles.readout}>
          <strong className="pm-number">{at}</strong> {words}
        </p>
        <ul className={styles.legend} aria-label="Colours">
          {LEGEND.map(([kind, text]) => (
            <li key={kind}>
              <span className={`${styles.swatch} ${styles[kind]}`} aria-hidden="true" />
              {text}
            </li>
          ))}
        </ul>
        <p className="pm-muted">
          Rows of 256 ports. Arrows move, Enter or a click tells who has one; dragging, or Shift with arrows,
          selects a range.
        </p>
      </div>
    </div>
  )
}

const percent = (cells: number) => `${(100 * cells) / COLUMNS}%`

function Cell({ port, className }: { port: number; className: string }) {
  return (
    <span
      className={className}
      style={{ left: percent(port % COLUMNS), top: percent(Math.floor(port / COLUMNS)) }}
      aria-hidden="true"
    />
  )
}

/** A range as up to three boxes: the end of its first row, whole rows, the beginning of its last. */
function Selection({ span }: { span: Span }) {
  const firstRow = Math.floor(span.first / COLUMNS)
  const lastRow = Math.floor(span.last / COLUMNS)
  const boxes: [row: number, rows: number, from: number, to: number][] =
    firstRow === lastRow
      ? [[firstRow, 1, span.first % COLUMNS, (span.last % COLUMNS) + 1]]
      : [
          [firstRow, 1, span.first % COLUMNS, COLUMNS],
          [firstRow + 1, lastRow - firstRow - 1, 0, COLUMNS],
          [lastRow, 1, 0, (span.last % COLUMNS) + 1],
        ]
  return boxes
    .filter(([, rows]) => rows > 0)
    .map(([row, rows, from, to]) => (
      <span
        key={row}
        className={styles.selected}
        style={{ top: percent(row), height: percent(rows), left: percent(from), width: percent(to - from) }}
        aria-hidden="true"
      />
    ))
}

/** One pixel a port; the style sheet scales it up. Colours come from the theme. */
function paint(canvas: HTMLCanvasElement, uses: PortUses, _scheme: string) {
  const context = canvas.getContext('2d')
  if (context === null) return
  const probe = canvas.parentElement ?? canvas
  for (const [kind] of LEGEND) {
    context.fillStyle = colourOf(probe, kind)
    if (kind === 'conflict') context.clearRect(0, 0, COLUMNS, COLUMNS)
    for (let port = 1; port <= LAST_PORT; port += 1)
      if (kindOf(uses.of(port)) === kind) context.fillRect(port % COLUMNS, Math.floor(port / COLUMNS), 1, 1)
  }
}

/** What a class of the style sheet looks like now: light-dark() is only known once it is computed. */
function colourOf(parent: Element, kind: Kind): string {
  const probe = document.createElement('i')
  probe.className = styles[kind] ?? ''
  parent.append(probe)
  const colour = getComputedStyle(probe).backgroundColor
  probe.remove()
  return colour
}

function useColorScheme(): string {
  const [scheme, setScheme] = useState(0)
  useEffect(() => {
    const change = () => setScheme((known) => known + 1)
    const observer = new MutationObserver(change)
    observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
    const media = matchMedia('(prefers-color-scheme: dark)')
    media.addEventListener('change', change)
    return () => {
      observer.disconnect()
      media.removeEventListener('change', change)
    }
  }, [])
  return String(scheme)
}
