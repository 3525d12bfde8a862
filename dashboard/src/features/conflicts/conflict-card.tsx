import { useDraggable } from '@dnd-kit/react'
import { Button } from '@mantine/core'
import { ArrowRightLeft, GripVertical, Terminal } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { plain } from '@/shared/lib/format'
import { ofProject, serviceText } from '@/shared/lib/service-text'
import { usePlan } from '@/shared/plan/plan-provider'
import { SourceRef } from '@/shared/ui/source-ref'
import { Status } from '@/shared/ui/status'
import { type Claimant, type Conflict, suggestionFor } from './claims'
import styles from './conflicts.module.css'

interface OfConflict {
  conflict: Conflict
  whyNot: string | null
  onMove: (conflict: Conflict, claimant: Claimant) => void
}

/** The one that the address is about comes into view, and is marked. */
export function ConflictCard({ conflict, isMeant, whyNot, onMove }: OfConflict & { isMeant: boolean }) {
  const card = useRef<HTMLElement>(null)
  useEffect(() => {
    if (isMeant) card.current?.scrollIntoView({ block: 'center' })
  }, [isMeant])
  return (
    <article
      ref={card}
      className={styles.card}
      aria-label={`Port ${conflict.port}`}
      aria-current={isMeant ? 'true' : undefined}
    >
      <header className={styles.cardHead}>
        <Link className={styles.port ?? ''} href={`/ports?port=${conflict.port}`}>
          {conflict.port}
        </Link>
        <span className="pm-muted">
          {conflict.transport} on {plain(conflict.host)}
        </span>
        <Status state={conflict.severity} chip />
        <p className={styles.reason}>{plain(conflict.reason)}</p>
      </header>
      <ul className={styles.claimants}>
        {conflict.claimants.map((claimant, index) => (
          <ClaimantBox
            key={`${claimant.serviceId}:${claimant.file}:${claimant.pid ?? index}`}
            place={index}
            conflict={conflict}
            claimant={claimant}
            whyNot={whyNot}
            onMove={onMove}
          />
        ))}
      </ul>
    </article>
  )
}

interface ClaimantBoxProps extends OfConflict {
  claimant: Claimant
  place: number
}

function ClaimantBox({ conflict, claimant, place, whyNot, onMove }: ClaimantBoxProps) {
  const canMove = claimant.serviceId !== null && whyNot === null
  const { ref, handleRef, isDragSource } = useDraggable({
    id: `${conflict.id}/${place}`,
    disabled: !canMove,
    data: { serviceId: claimant.serviceId, name: claimant.serviceName },
  })
  const suggested = suggestionFor(conflict, claimant)
  return (
    <li ref={ref} className={isDragSource ? `${styles.claimant} ${styles.lifted}` : styles.claimant}>
      <div className={styles.claimantHead}>
        {claimant.serviceId === null ? (
          <Terminal size={16} aria-hidden="true" />
        ) : (
          <span ref={handleRef} className={styles.grip} data-grip={claimant.serviceName} aria-hidden="true">
            <GripVertical size={16} />
          </span>
        )}
        <Name claimant={claimant} />
      </div>
      <Where claimant={claimant} />
      {claimant.serviceId !== null && (
        <Actions
          conflict={conflict}
          claimant={claimant}
          suggested={suggested}
          whyNot={whyNot}
          onMove={onMove}
        />
      )}
    </li>
  )
}

function Name({ claimant }: { claimant: Claimant }) {
  if (claimant.serviceId === null)
    return (
      <span>
        <strong>A process</strong> <span className="pm-muted">that no project declares</span>
      </span>
    )
  return (
    <span className={styles.name}>
      <Link href={`/services?id=${claimant.serviceId}`}>{plain(claimant.serviceName)}</Link>
      <span className="pm-muted">{ofProject(claimant)}</span>
    </span>
  )
}

function Where({ claimant }: { claimant: Claimant }) {
  const facts = [
    claimant.bind === '' ? '' : `on ${plain(claimant.bind)}`,
    plain(claimant.variant),
    claimant.profiles === '' ? '' : `profiles ${plain(claimant.profiles)}`,
    claimant.pid === undefined ? '' : `pid ${claimant.pid}`,
  ].filter((fact) => fact !== '')
  return (
    <div className={styles.where}>
      {claimant.file !== '' && <SourceRef file={claimant.file} line={claimant.line} />}
      {claimant.command !== '' && <code className="pm-mono">{plain(claimant.command)}</code>}
      {facts.length > 0 && <span className="pm-muted">{facts.join(' · ')}</span>}
    </div>
  )
}

interface ActionsProps extends OfConflict {
  claimant: Claimant
  suggested: number | null
}

function Actions({ conflict, claimant, suggested, whyNot, onMove }: ActionsProps) {
  const plan = usePlan()
  const name = plain(claimant.serviceName)
  return (
    <div className={styles.actions}>
      {suggested !== null && (
        <Button
          variant="light"
          disabled={whyNot !== null}
          title={whyNot ?? undefined}
          onClick={() =>
            plan({
              kind: 'plan',
              title: `Move ${name} to ${suggested}`,
              wish: { kind: 'assign', service: claimant.serviceId ?? 0, port: suggested },
            })
          }
        >
          Move to {suggested}
        </Button>
      )}
      <Button
        variant="default"
        leftSection={<ArrowRightLeft size={14} aria-hidden="true" />}
        aria-label={`Move to… (${serviceText(claimant)})`}
        disabled={whyNot !== null}
        title={whyNot ?? undefined}
        onClick={() => onMove(conflict, claimant)}
      >
        Move to…
      </Button>
    </div>
  )
}
