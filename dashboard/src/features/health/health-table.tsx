import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { useHasHosts } from '@/shared/api/hosts'
import { plain, portText } from '@/shared/lib/format'
import { Status } from '@/shared/ui/status'
import { type Health, latencyText, stateOf, uptimeText, whyText } from './health'
import styles from './health.module.css'
import { MOST_SERIES, seriesQuery } from './queries'
import { Sparkline } from './sparkline'
import { UptimeBars } from './uptime-bars'

const ROW = 56

interface HealthTableProps {
  services: Health[]
  onOpen: (id: number) => void
}

/** Worst first. The histories of the rows in view, and no others, are asked for, all at once. */
export function HealthTable({ services, onOpen }: HealthTableProps) {
  const frame = useRef<HTMLElement>(null)
  const withHost = useHasHosts()
  const rows = useVirtualizer({
    count: services.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW,
    overscan: 6,
  })
  const shown = rows.getVirtualItems()
  const ids = shown.flatMap((row) => services[row.index]?.serviceId ?? []).slice(0, MOST_SERIES)
  const series = useQuery(seriesQuery(ids, '24h'))
  const points = useMemo(
    () => new Map((series.data ?? []).map((one) => [one.serviceId, one.points])),
    [series.data],
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={styles.scroller} ref={frame} tabIndex={0} aria-label="Services, worst first">
      <div className={styles.heads} aria-hidden="true">
        <span>State</span>
        <span>Service</span>
        <span>Last 24 hours</span>
        <span className={styles.uptime}>Up</span>
        <span className={styles.latency}>p95</span>
      </div>
      <ul className={styles.rows} style={{ height: rows.getTotalSize() }}>
        {shown.map((row) => {
          const health = services[row.index]
          if (health === undefined) return null
          return (
            <li
              key={health.serviceId}
              className={styles.row}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <HealthRow
                health={health}
                withHost={withHost}
                points={points.get(health.serviceId) ?? []}
                onOpen={onOpen}
              />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

interface HealthRowProps {
  health: Health
  withHost: boolean
  points: Parameters<typeof UptimeBars>[0]['points']
  onOpen: (id: number) => void
}

function HealthRow({ health, withHost, points, onOpen }: HealthRowProps) {
  const name = plain(health.serviceName)
  const why = whyText(health, withHost)
  return (
    <>
      <span className={styles.state}>
        <Status state={stateOf(health)} />
      </span>
      <div className={styles.who}>
        <button type="button" className={styles.name} onClick={() => onOpen(health.serviceId)}>
          {name} <span className="pm-number pm-muted">{portText(health.port)}</span>
        </button>
        <div className={styles.note} title={why}>
          {why}
        </div>
      </div>
      <UptimeBars points={points} label={`The last day of ${name}`} />
      <span className={styles.uptime} title="Of the last 24 hours, how much it was up">
        {uptimeText(health.uptime24h)}
      </span>
      <Sparkline values={points.map((point) => point.p95Us)} />
      <span className={styles.latency} title="95 of 100 answers came within this">
        {latencyText(health.p95Us)}
      </span>
    </>
  )
}
