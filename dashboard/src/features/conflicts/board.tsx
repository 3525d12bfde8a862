import { DragDropProvider, PointerSensor } from '@dnd-kit/react'
import { useState } from 'react'
import { createPortal } from 'react-dom'
import { useWhyNot } from '@/shared/api/may'
import { plain } from '@/shared/lib/format'
import { usePlan } from '@/shared/plan/plan-provider'
import { type Claimant, type Conflict, moveOf, type Severity } from './claims'
import { ConflictCard } from './conflict-card'
import styles from './conflicts.module.css'
import { FreePorts, freePortAt } from './free-ports'

/* Claimants are dragged onto free ports. The library's own feedback makes style sheets at run time, which the
 * policy refuses, and its collisions need that; so what follows the pointer, and what is under it, is found here. Keys have “Move to…”, which does the same. */

const HEADINGS: Record<Severity, string> = {
  error: 'Errors: they cannot both bind',
  warning: 'Warnings: they may meet',
  note: 'Notes: only if run together',
}

interface Held {
  name: string
  x: number
  y: number
}

interface BoardProps {
  groups: [Severity, Conflict[]][]
  /** The id of the one that the address is about; '' none. */
  meant: string
  onMove: (conflict: Conflict, claimant: Claimant) => void
}

export default function Board({ groups, meant, onMove }: BoardProps) {
  const plan = usePlan()
  const whyNot = useWhyNot()
  const [held, setHeld] = useState<Held | null>(null)
  return (
    <DragDropProvider
      plugins={[]}
      sensors={[PointerSensor]}
      onDragStart={({ operation }) => {
        const name: unknown = operation.source?.data.name
        setHeld({ name: typeof name === 'string' ? name : '', ...operation.position.current })
      }}
      onDragMove={({ to }) => {
        // The operation itself is moved behind this event.
        setHeld((known) => known && { ...known, ...to })
      }}
      onDragEnd={({ canceled, operation }) => {
        setHeld(null)
        const { x, y } = operation.position.current
        const move = moveOf(operation.source?.data.serviceId, freePortAt(x, y))
        if (canceled || move === null) return
        const name: unknown = operation.source?.data.name
        plan({
          kind: 'plan',
          title: `Move ${plain(String(name))} to ${move.port}`,
          wish: { kind: 'assign', service: move.serviceId, port: move.port },
        })
      }}
    >
      <div className={styles.board}>
        <div>
          {groups.map(([severity, list]) => (
            <section key={severity} aria-label={HEADINGS[severity]} className={styles.group}>
              <h2 className={styles.heading}>{HEADINGS[severity]}</h2>
              {list.map((conflict) => (
                <ConflictCard
                  key={conflict.id}
                  conflict={conflict}
                  isMeant={conflict.id === meant}
                  whyNot={whyNot}
                  onMove={onMove}
                />
              ))}
            </section>
          ))}
        </div>
        <FreePorts isDragging={held !== null} over={held && freePortAt(held.x, held.y)} />
      </div>
      {held !== null &&
        createPortal(
          <div
            className={styles.held}
            style={{ transform: `translate(${held.x + 12}px, ${held.y + 12}px)` }}
            data-held
            aria-hidden="true"
          >
            {plain(held.name)}
          </div>,
          document.body, // the page is a layer of its own, from which places of the window are not counted
        )}
    </DragDropProvider>
  )
}
