import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { servicesQuery } from '@/shared/api/queries'
import { matches, parseFilter } from '@/shared/lib/filter'
import { count, numberText, plain } from '@/shared/lib/format'
import { useUrlState } from '@/shared/lib/url-state'
import { later } from '@/shared/ui/later'
import { NothingScanned } from '@/shared/ui/nothing-scanned'
import { Page, Panel } from '@/shared/ui/page'
import { Empty, Loaded, Skeletons } from '@/shared/ui/states'
import { BulkMenu } from './bulk-menu'
import { hasHosts, type Service } from './columns'
import { FilterBar } from './filter-bar'
import { type Selection, ServiceTable } from './service-table'
import { ViewsMenu } from './views-menu'

const ServiceDetail = later(() => import('./service-detail'))

/** Every service: found, sorted, selected, changed one by one or all at once. */
export default function ServicesPage() {
  const services = useQuery(servicesQuery)
  if (services.data !== undefined) return <Services services={services.data} />
  return (
    <Page title="Services">
      <Panel>
        <Loaded query={services} skeleton={<Skeletons rows={12} />}>
          {() => null}
        </Loaded>
      </Panel>
    </Page>
  )
}

function Services({ services }: { services: Service[] }) {
  const [filter, setFilter] = useUrlState('q')
  const [sort, setSort] = useUrlState('sort', 'serviceName')
  const [opened, setOpened] = useUrlState('id')
  const [selection, setSelection] = useState<Selection>({})
  const parsed = useMemo(() => parseFilter(filter), [filter])
  const shown = useMemo(
    () => (parsed.terms.length === 0 ? services : services.filter((service) => matches(parsed, service))),
    [services, parsed],
  )
  const selected = useMemo(() => shown.filter(({ id }) => selection[String(id)] === true), [shown, selection])
  const counts = useMemo(() => countStates(services), [services])
  const withHost = useMemo(() => hasHosts(services), [services])
  const open = useCallback((id: number) => setOpened(String(id), true), [setOpened])

  return (
    <Page
      fill
      title="Services"
      note={
        shown.length === services.length
          ? count(services.length, 'service')
          : `${numberText(shown.length)} of ${count(services.length, 'service')}`
      }
      actions={
        <BulkMenu services={selected.length > 0 ? selected : shown} isSelection={selected.length > 0} />
      }
    >
      <FilterBar filter={filter} onFilter={setFilter} mistakes={parsed.mistakes} counts={counts}>
        <ViewsMenu
          filter={filter}
          sort={sort}
          onView={(view) => {
            setFilter(view.filter)
            setSort(view.sort)
          }}
        />
      </FilterBar>
      {shown.length === 0 ? (
        <Panel>
          <Nothing filter={filter} onClear={() => setFilter('')} />
        </Panel>
      ) : (
        <ServiceTable
          services={shown}
          withHost={withHost}
          sort={sort}
          onSort={setSort}
          selection={selection}
          onSelection={setSelection}
          onOpen={open}
        />
      )}
      {opened !== '' && <ServiceDetail id={opened} onClose={() => setOpened('')} />}
    </Page>
  )
}

function Nothing({ filter, onClear }: { filter: string; onClear: () => void }) {
  if (filter === '')
    return (
      <NothingScanned>
        Every service stands here with its ports, and with the files and lines that say so.
      </NothingScanned>
    )
  const project = /^project:(\S+)$/.exec(filter)?.[1]
  return (
    <Empty
      title={project === undefined ? 'No service matches' : `There is no project “${plain(project)}”`}
      actions={
        <Button variant="default" onClick={onClear}>
          {project === undefined ? 'Clear the filter' : 'All services'}
        </Button>
      }
    >
      {project === undefined ? `The filter is “${plain(filter)}”.` : 'Nor one whose name holds this.'}
    </Empty>
  )
}

function countStates(services: Service[]): Record<string, number> {
  const counts: Record<string, number> = { pinned: 0 }
  for (const service of services) {
    counts[service.status] = (counts[service.status] ?? 0) + 1
    if (service.health === 'down') counts.down = (counts.down ?? 0) + 1
    if (service.pinned !== '') counts.pinned = (counts.pinned ?? 0) + 1
  }
  return counts
}
