import '@mantine/spotlight/styles.css'
import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { CircleHelp, Search, Server } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { servicesQuery } from '@/shared/api/queries'
import { matches, parseFilter } from '@/shared/lib/filter'
import { plain, portText } from '@/shared/lib/format'
import { sections } from './sections'

const MOST_SERVICES = 8

/** Ctrl+K: services by name, project or port, and where one may go. */
export default function Palette({ wanted, onHelp }: { wanted: number; onHelp: () => void }) {
  const [query, setQuery] = useState('')
  const [, go] = useLocation()
  const services = useQuery(servicesQuery)
  useEffect(() => {
    if (wanted > 0) spotlight.open()
  }, [wanted])

  const found = useMemo<SpotlightActionData[]>(() => {
    const text = query.trim()
    if (text === '' || services.data === undefined) return []
    const filter = parseFilter(/^\d+$/.test(text) ? `port:${text}` : text)
    if (filter.mistakes.length > 0) return []
    return services.data
      .filter((service) => matches(filter, service))
      .slice(0, MOST_SERVICES)
      .map((service) => ({
        id: `service-${service.id}`,
        label: plain(service.serviceName),
        description: `${plain(service.projectName)} · port ${portText(service.externalPort || service.internalPort)}`,
        leftSection: <Server size={16} />,
        keywords: [text],
        onClick: () => go(`/services?id=${service.id}`),
      }))
  }, [query, services.data, go])

  const commands = useMemo<SpotlightActionData[]>(
    () => [
      ...sections.map((section) => ({
        id: section.path,
        label: section.name,
        description: `g ${section.letter}`,
        leftSection: <section.icon size={16} />,
        onClick: () => go(section.path),
      })),
      {
        id: 'keyboard',
        label: 'Keyboard',
        description: '?',
        leftSection: <CircleHelp size={16} />,
        onClick: onHelp,
      },
    ],
    [go, onHelp],
  )

  return (
    <Spotlight
      actions={[
        { group: 'Services', actions: found },
        { group: 'Go to', actions: commands },
      ]}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      lockScroll={false}
      nothingFound="Nothing found. Services are found by name, project, tag, type, or port number."
      searchProps={{
        leftSection: <Search size={17} />,
        placeholder: 'Service, project, port, or page',
        'aria-label': 'Search',
      }}
      maxHeight={420}
      scrollable
    />
  )
}
