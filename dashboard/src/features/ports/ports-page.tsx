import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { type FormEvent, useMemo, useState } from 'react'
import { poolsQuery, portUseQuery } from '@/shared/api/queries'
import { EditProvider } from '@/shared/config/editing'
import { numberText } from '@/shared/lib/format'
import { PortUses } from '@/shared/lib/port-uses'
import { useUrlState } from '@/shared/lib/url-state'
import { Page, Panel } from '@/shared/ui/page'
import { Loaded, Skeletons } from '@/shared/ui/states'
import { TimeAgo } from '@/shared/ui/time-ago'
import { DetectedPools } from './detected-pools'
import { countFree, readSpan, type Span } from './grid'
import { Pools } from './pools'
import { NoPort, PortDetail } from './port-detail'
import { PortMap } from './port-map'
import { PortTable } from './port-table'
import styles from './ports.module.css'

export default function PortsPage() {
  return (
    <EditProvider>
      <Ports />
    </EditProvider>
  )
}

function Ports() {
  const pools = useQuery(poolsQuery)
  const uses = useQuery({ ...portUseQuery, refetchOnMount: 'always' })
  const [view, setView] = useUrlState('view', 'map')
  const [range, setRange] = useUrlState('range')
  const [opened, setOpened] = useUrlState('port')
  const map = useMemo(() => uses.data && new PortUses(uses.data.runs), [uses.data])
  const span = readSpan(range)
  const port = readSpan(opened)?.first ?? null
  return (
    <Page
      title="Ports"
      note={uses.data && `of ${uses.data.host}`}
      actions={<GoToPort onPort={(text) => setOpened(text, true)} onRange={setRange} />}
    >
      <Loaded query={pools} skeleton={<Skeletons rows={8} />}>
        {(list) => (
          <>
            {list.every(({ configured }) => !configured) && (
              <DetectedPools pools={list} uses={map} host={uses.data?.host ?? ''} />
            )}
            <Pools pools={list} uses={map} onRange={setRange} />
          </>
        )}
      </Loaded>
      <div className={styles.gap}>
        <Panel
          title="All ports"
          note={map && noteOf(map, span)}
          actions={
            <>
              {span !== null && (
                <Button variant="default" onClick={() => setRange('')}>
                  Show all
                </Button>
              )}
              <SegmentedControl
                aria-label="Shown as"
                value={view}
                onChange={(next) => setView(next)}
                data={[
                  { value: 'map', label: 'Map' },
                  { value: 'table', label: 'Table' },
                ]}
              />
            </>
          }
        >
          <Loaded query={uses} skeleton={<Skeletons rows={16} />}>
            {(data) => (
              <>
                {data.unseen !== null ? (
                  <p className={styles.unseen}>{data.unseen}</p>
                ) : (
                  <Freshness
                    time={uses.dataUpdatedAt}
                    isLooking={uses.isFetching}
                    onLook={() => void uses.refetch()}
                  />
                )}
                {view === 'table' ? (
                  <PortTable uses={map} span={span} onOpen={(next) => setOpened(String(next), true)} />
                ) : (
                  <PortMap
                    uses={map}
                    span={span}
                    onSpan={(next) => setRange(next === null ? '' : `${next.first}-${next.last}`)}
                    onOpen={(next) => setOpened(String(next), true)}
                  />
                )}
              </>
            )}
          </Loaded>
        </Panel>
      </div>
      {port !== null && <PortDetail port={port} uses={map} onClose={() => setOpened('')} />}
      {port === null && opened !== '' && <NoPort text={opened} onClose={() => setOpened('')} />}
    </Page>
  )
}

/** No event tells of a socket that nobody declares: of those the map shows what was there when it was looked at. */
function Freshness({ time, isLooking, onLook }: { time: number; isLooking: boolean; onLook: () => void }) {
  return (
    <p className={styles.fresh}>
      <span className="pm-muted">
        What listens undeclared: as of <TimeAgo time={new Date(time).toISOString()} />
      </span>
      <Button size="compact-xs" variant="default" loading={isLooking} onClick={onLook}>
        Look again
      </Button>
    </p>
  )
}

function noteOf(uses: PortUses, span: Span | null): string {
  const shown = span ?? { first: 1, last: 65_535 }
  const free = numberText(countFree(uses, shown))
  return span === null ? `${free} free` : `${shown.first}–${shown.last}: ${free} free`
}

function GoToPort({ onPort, onRange }: { onPort: (port: string) => void; onRange: (range: string) => void }) {
  const [text, setText] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const span = readSpan(text)
    if (span !== null) (span.first === span.last ? onPort : onRange)(text)
  }
  return (
    <form className={styles.go} onSubmit={submit}>
      <TextInput
        aria-label="Who uses port"
        placeholder="Who uses port…"
        data-filter=""
        inputMode="numeric"
        leftSection={<Search size={14} aria-hidden="true" />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value.trim())}
        error={text !== '' && readSpan(text) === null ? 'A port from 1 to 65535, or a range' : undefined}
      />
      <Button type="submit" variant="default" disabled={readSpan(text) === null}>
        Show
      </Button>
    </form>
  )
}
