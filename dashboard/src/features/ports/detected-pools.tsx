import { Button, Checkbox, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { servicesQuery } from '@/shared/api/queries'
import { EditButton } from '@/shared/config/editing'
import { count, numberText, plain } from '@/shared/lib/format'
import type { PortUses } from '@/shared/lib/port-uses'
import { Panel } from '@/shared/ui/page'
import { Empty, Loaded, Skeletons } from '@/shared/ui/states'
import { type DetectedPool, detectedPools } from './detected'
import { readSpan } from './grid'
import styles from './ports.module.css'

interface DetectedPoolsProps {
  pools: Shape<'Pool'>[]
  uses: PortUses | undefined
  host: string
}

/** Nobody has said yet which ports each type of service gets: what services have already says it. */
export function DetectedPools({ pools, uses, host }: DetectedPoolsProps) {
  const [isOpen, setOpen] = useState(false)
  const services = useQuery({ ...servicesQuery, enabled: isOpen })
  return (
    <div className={styles.detected}>
      <Panel
        title="No pools of your own yet"
        note={
          pools.length > 0 ? 'Those below are the defaults.' : 'Each type of service gets its ports from one.'
        }
        actions={
          <Button
            variant={isOpen ? 'default' : 'filled'}
            disabled={uses === undefined}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Close' : 'Create from detected ranges'}
          </Button>
        }
        flush
      >
        {isOpen && uses !== undefined && (
          <Loaded query={services} skeleton={<Skeletons rows={5} />}>
            {(list) => <Proposals found={detectedPools(list, pools, uses, host)} />}
          </Loaded>
        )}
      </Panel>
    </div>
  )
}

function Proposals({ found }: { found: DetectedPool[] }) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [edited, setEdited] = useState<Record<string, string>>({})
  if (found.length === 0)
    return (
      <Empty title="No ranges were detected">
        No service of this machine has a port that a pool could give, or they are in their pools already.
      </Empty>
    )
  const textOf = (pool: DetectedPool) => edited[pool.type] ?? pool.ranges.join(', ')
  const chosen = found.filter(({ type }) => !left.has(type))
  const isWrong = chosen.some((pool) => mistakeOf(textOf(pool)) !== undefined)
  const toggle = (type: string) => {
    const next = new Set(left)
    if (!next.delete(type)) next.add(type)
    setLeft(next)
  }
  return (
    <>
      <ul className={styles.proposals} aria-label="Detected ranges">
        {found.map((pool) => (
          <Proposal
            key={pool.type}
            pool={pool}
            isChosen={!left.has(pool.type)}
            text={textOf(pool)}
            onToggle={() => toggle(pool.type)}
            onText={(text) => setEdited({ ...edited, [pool.type]: text })}
          />
        ))}
      </ul>
      <div className={styles.proposalsFoot}>
        <span className="pm-muted">
          Nothing is written before you have seen the diff of config.toml. Ports in use stay where they are.
        </span>
        <EditButton
          size="sm"
          variant="filled"
          request={() =>
            chosen.length === 0 || isWrong
              ? undefined
              : {
                  title: `Create ${count(chosen.length, 'pool')}`,
                  changes: chosen.map((pool) => ({ key: `pools.${pool.type}`, value: listOf(textOf(pool)) })),
                }
          }
        >
          Show the diff
        </EditButton>
      </div>
    </>
  )
}

interface ProposalProps {
  pool: DetectedPool
  isChosen: boolean
  text: string
  onToggle: () => void
  onText: (text: string) => void
}

function Proposal({ pool, isChosen, text, onToggle, onText }: ProposalProps) {
  const name = plain(pool.type)
  return (
    <li className={styles.proposal}>
      <Checkbox label={<strong>{name}</strong>} checked={isChosen} onChange={onToggle} />
      <TextInput
        aria-label={`Ranges of ${name}`}
        value={text}
        disabled={!isChosen}
        error={mistakeOf(text)}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      <span className="pm-muted pm-number">
        {pool.inside === pool.ports
          ? `all ${count(pool.ports, 'port')} of its services`
          : `${pool.inside} of ${count(pool.ports, 'port')} of its services`}
        , {numberText(pool.free)} free
      </span>
    </li>
  )
}

function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((range) => range !== '')
}

function mistakeOf(text: string): string | undefined {
  const list = listOf(text)
  if (list.length === 0) return 'At least one range, as in 3000-3999'
  const wrong = list.find((range) => readSpan(range) === null)
  return wrong === undefined ? undefined : `“${wrong}” is no range of ports`
}
