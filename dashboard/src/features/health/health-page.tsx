import { CloseButton, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useMemo } from 'react'
import type { Shape } from '@/shared/api/client'
import { toggleTerm } from '@/shared/lib/filter'
import { numberText } from '@/shared/lib/format'
import { useUrlState } from '@/shared/lib/url-state'
import { NothingScanned } from '@/shared/ui/nothing-scanned'
import { Page, Panel } from '@/shared/ui/page'
import { Empty, Loaded } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { worstFirst } from './health'
import styles from './health.module.css'
import { HealthDetail } from './health-detail'
import { HealthTable } from './health-table'
import { IncidentList } from './incident-list'
import { healthQuery } from './queries'

/** Worst first: what is down by itself, then everything with how it was. */
export default function HealthPage() {
  const [filter, setFilter] = useUrlState('q')
  const [service, setService] = useUrlState('service')
  const list = useQuery(healthQuery(filter))
  return (
    <Page title="Health" note="unknown is not down">
      <div className={styles.toolbar}>
        <TextInput
          className={styles.find ?? ''}
          aria-label="Filter"
          placeholder="project:shop is:down"
          data-filter=""
          leftSection={<Search size={14} aria-hidden="true" />}
          rightSection={
            filter === '' ? null : <CloseButton size="sm" onClick={() => setFilter('')} aria-label="Clear" />
          }
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        {list.data && (
          <Counts
            summary={list.data.summary}
            filter={filter}
            onToggle={(term) => setFilter(toggleTerm(filter, term))}
          />
        )}
      </div>
      <Loaded query={list}>
        {(data) => (
          <HealthLists data={data} isFiltered={filter !== ''} onOpen={(id) => setService(String(id), true)} />
        )}
      </Loaded>
      {/^\d+$/.test(service) && (
        <HealthDetail key={service} id={Number(service)} onClose={() => setService('')} />
      )}
    </Page>
  )
}

interface HealthListsProps {
  data: Shape<'HealthList'>
  isFiltered: boolean
  onOpen: (id: number) => void
}

function HealthLists({ data, isFiltered, onOpen }: HealthListsProps) {
  const services = useMemo(() => worstFirst(data.services), [data.services])
  const byId = useMemo(() => new Map(services.map((one) => [one.serviceId, one])), [services])
  return (
    <>
      {data.incidents.length > 0 && (
        <div className={styles.gap}>
          <Panel title="Incidents" note="open" flush>
            <IncidentList incidents={data.incidents} services={byId} onOpen={onOpen} />
          </Panel>
        </div>
      )}
      <Panel title="Services" note="the last 24 hours" flush>
        {services.length === 0 && !isFiltered && (
          <NothingScanned>
            Every service that is found is asked from time to time whether it answers.
          </NothingScanned>
        )}
        {services.length === 0 && isFiltered && <Empty title="No service matches" />}
        {services.length > 0 && <HealthTable services={services} onOpen={onOpen} />}
      </Panel>
    </>
  )
}

interface CountsProps {
  summary: Shape<'HealthSummary'>
  filter: string
  onToggle: (term: string) => void
}

const STATES = ['down', 'unknown', 'up'] as const

function Counts({ summary, filter, onToggle }: CountsProps) {
  const words = filter.split(/\s+/)
  return (
    <div className={styles.counts} role="group" aria-label="By state">
      {STATES.map((state) => (
        <button
          key={state}
          type="button"
          className={styles.count}
          aria-pressed={words.includes(`is:${state}`)}
          onClick={() => onToggle(`is:${state}`)}
        >
          <Status state={state} /> <span className="pm-number">{numberText(summary[state])}</span>
        </button>
      ))}
    </div>
  )
}
