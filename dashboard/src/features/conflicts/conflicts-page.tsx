import { Button, CloseButton, SegmentedControl, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Search, Wand2 } from 'lucide-react'
import { useState } from 'react'
import { useWhyNot } from '@/shared/api/may'
import { conflictsQuery, networkQuery } from '@/shared/api/queries'
import { count, plain } from '@/shared/lib/format'
import { useUrlState } from '@/shared/lib/url-state'
import { usePlan } from '@/shared/plan/plan-provider'
import { later } from '@/shared/ui/later'
import { NothingScanned } from '@/shared/ui/nothing-scanned'
import { Page } from '@/shared/ui/page'
import { Empty, Loaded, Missing, Skeletons } from '@/shared/ui/states'
import { TimeAgo } from '@/shared/ui/time-ago'
import { bySeverity, type Claimant, type Conflict, canBeResolved, isMeant, SEVERITIES } from './claims'
import styles from './conflicts.module.css'
import { MoveDialog } from './move-dialog'

// Dragging comes with its library, when there is something to drag.
const Board = later(() => import('./board'), <Skeletons rows={10} />)

const SHOWN = [
  { value: 'all', label: 'All' },
  { value: 'error', label: 'Errors' },
  { value: 'warning', label: 'Warnings' },
  { value: 'note', label: 'Notes' },
]

export default function ConflictsPage() {
  const conflicts = useQuery(conflictsQuery)
  const network = useQuery(networkQuery)
  const [severity, setSeverity] = useUrlState('severity', 'all')
  const [text, setText] = useUrlState('q')
  const [id, setId] = useUrlState('id')
  return (
    <Page
      title="Conflicts"
      note={conflicts.data !== undefined && <span>{summary(conflicts.data)}</span>}
      actions={<ResolveAll conflicts={conflicts.data ?? []} />}
    >
      <Loaded query={conflicts}>
        {(all) =>
          all.length === 0 ? (
            <NoConflicts lastScan={network.data?.lastScan} />
          ) : (
            <>
              {id !== '' && all.every((one) => one.id !== id) && (
                <Missing what={`conflict ${plain(id)}`} back="All conflicts" onBack={() => setId('')}>
                  It may be resolved by now: files that say something else, or a process that ended, take it
                  away.
                </Missing>
              )}
              <div className={styles.toolbar}>
                <SegmentedControl
                  aria-label="Severity"
                  data={SHOWN}
                  value={severity}
                  onChange={(next) => setSeverity(next)}
                />
                <TextInput
                  aria-label="Find a port, a project or a service"
                  placeholder="Port, project or service"
                  data-filter=""
                  leftSection={<Search size={14} aria-hidden="true" />}
                  rightSection={
                    text === '' ? null : (
                      <CloseButton size="sm" onClick={() => setText('')} aria-label="Clear" />
                    )
                  }
                  value={text}
                  onChange={(event) => setText(event.currentTarget.value)}
                />
              </div>
              <List
                conflicts={all.filter(
                  (one) => (severity === 'all' || one.severity === severity) && isMeant(one, text),
                )}
                meant={id}
                onClear={() => {
                  setSeverity('all')
                  setText('')
                }}
              />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function NoConflicts({ lastScan }: { lastScan: string | null | undefined }) {
  if (lastScan === null)
    return <NothingScanned>Conflicts are found as soon as there are projects.</NothingScanned>
  return (
    <Empty title="No conflicts" good>
      Nothing wants a port that something else has. Last scan: <TimeAgo time={lastScan} />.
    </Empty>
  )
}

function summary(conflicts: Conflict[]): string {
  const parts = SEVERITIES.map((severity) => {
    const number = conflicts.filter((one) => one.severity === severity).length
    return number === 0 ? '' : count(number, severity)
  })
  return parts.filter((part) => part !== '').join(', ')
}

function ResolveAll({ conflicts }: { conflicts: Conflict[] }) {
  const plan = usePlan()
  const whyNot = useWhyNot()
  const number = canBeResolved(conflicts).length
  return (
    <Button
      leftSection={<Wand2 size={14} aria-hidden="true" />}
      disabled={number === 0 || whyNot !== null}
      title={whyNot ?? undefined}
      onClick={() => plan({ kind: 'plan', title: 'Resolve all safely', wish: { kind: 'resolve' } })}
    >
      Resolve all safely
    </Button>
  )
}

interface Moving {
  conflict: Conflict
  claimant: Claimant
}

interface ListProps {
  conflicts: Conflict[]
  /** The id of the one that the address is about; '' none. */
  meant: string
  onClear: () => void
}

function List({ conflicts, meant, onClear }: ListProps) {
  const [moving, setMoving] = useState<Moving | null>(null)
  if (conflicts.length === 0)
    return (
      <Empty
        title="None of the conflicts is meant"
        actions={
          <Button variant="default" onClick={onClear}>
            Clear
          </Button>
        }
      >
        There are others, which the severity or the words above leave out.
      </Empty>
    )
  return (
    <>
      <Board
        groups={bySeverity(conflicts)}
        meant={meant}
        onMove={(conflict, claimant) => setMoving({ conflict, claimant })}
      />
      {moving !== null && <MoveDialog {...moving} onClose={() => setMoving(null)} />}
    </>
  )
}
