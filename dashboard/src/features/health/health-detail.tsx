import { Button, Drawer, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Radar } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'wouter'
import type { Shape } from '@/shared/api/client'
import { useHasHosts } from '@/shared/api/hosts'
import { useWhyNot } from '@/shared/api/may'
import { duration, plain } from '@/shared/lib/format'
import { RestartButton } from '@/shared/restart/restart-button'
import { Loaded, Missing } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import { latencyText, placeText, stateOf, uptimeText } from './health'
import styles from './health.module.css'
import { LatencyChart } from './latency-chart'
import { MuteMenu } from './mute-menu'
import { healthDetailQuery, RANGES, type Range } from './queries'
import { UptimeBars } from './uptime-bars'
import { useHealthActions } from './use-health-actions'

type Detail = Shape<'HealthDetail'>

export function HealthDetail({ id, onClose }: { id: number; onClose: () => void }) {
  const [range, setRange] = useState<Range>('24h')
  const detail = useQuery(healthDetailQuery(id, range))
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(640px, 100vw)"
      title={plain(detail.data?.serviceName ?? 'Service')}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Loaded
        query={detail}
        missing={<Missing what={`service ${id}`} back="All services" onBack={onClose} />}
      >
        {(data) => (
          <div className={styles.detail}>
            <Top detail={data} />
            <Actions detail={data} />
            <SegmentedControl
              aria-label="Range"
              value={range}
              onChange={(next) => setRange(next as Range)}
              data={[...RANGES]}
            />
            <UptimeBars points={data.points} most={90} label="Uptime" />
            <LatencyChart points={data.points} />
            <Numbers detail={data} />
            <Incidents incidents={data.incidents} />
            <Link href={`/services?id=${data.serviceId}`}>All about this service</Link>
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

function Top({ detail }: { detail: Detail }) {
  const withHost = useHasHosts()
  return (
    <div>
      <Status state={stateOf(detail)} chip /> <span className="pm-muted">{placeText(detail, withHost)}</span>
      {detail.since !== null && (
        <span className="pm-muted">
          {' '}
          · since <TimeAgo time={detail.since} />
        </span>
      )}
      {detail.cause !== '' && <p className={styles.cause}>{plain(detail.cause)}</p>}
    </div>
  )
}

function Actions({ detail }: { detail: Detail }) {
  const actions = useHealthActions()
  const whyNot = useWhyNot()
  return (
    <div className={styles.actions}>
      <Button
        variant="default"
        leftSection={<Radar size={13} aria-hidden="true" />}
        loading={actions.isPending}
        disabled={whyNot !== null}
        title={whyNot ?? undefined}
        onClick={() => actions.mutate({ kind: 'probe', serviceId: detail.serviceId })}
      >
        Look now
      </Button>
      <RestartButton id={detail.serviceId} name={detail.serviceName} />
      <MuteMenu
        name={plain(detail.serviceName)}
        isMuted={detail.mutedUntil !== null}
        onMute={(minutes) => actions.mutate({ kind: 'mute', serviceId: detail.serviceId, minutes })}
      />
    </div>
  )
}

function Numbers({ detail }: { detail: Detail }) {
  const facts: [name: string, value: string][] = [
    ['Checked by', detail.kind === 'none' ? 'nothing' : `${detail.kind} ${plain(detail.target)}`],
    ['Uptime 24 h', uptimeText(detail.uptime24h)],
    ['Uptime 7 days', uptimeText(detail.uptime7d)],
    ['Uptime 30 days', uptimeText(detail.uptime30d)],
    ['p50', latencyText(detail.p50Us)],
    ['p95', latencyText(detail.p95Us)],
    ['p99', latencyText(detail.p99Us)],
  ]
  if (detail.certificateExpires !== null)
    facts.push(['Certificate ends', new Date(detail.certificateExpires).toLocaleDateString()])
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Incidents({ incidents }: { incidents: Shape<'Incident'>[] }) {
  if (incidents.length === 0) return <p className={styles.note}>No incident is known.</p>
  return (
    <section>
      <h3 className={styles.heading}>Incidents</h3>
      <ul className={styles.rowsPlain}>
        {incidents.map((incident) => (
          <li key={incident.id}>
            <TimeAgo time={incident.opened} />, for {duration(incident.durationSeconds)}
            {incident.closed === null && ' so far'}: {plain(incident.cause)}
          </li>
        ))}
      </ul>
    </section>
  )
}
