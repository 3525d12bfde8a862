import { Button } from '@mantine/core'
import { Check } from 'lucide-react'
import type { Shape } from '@/shared/api/client'
import { useHasHosts } from '@/shared/api/hosts'
import { useWhyNot } from '@/shared/api/may'
import { count, plain, portText } from '@/shared/lib/format'
import { ofProject } from '@/shared/lib/service-text'
import { RestartButton } from '@/shared/restart/restart-button'
import { TimeSince } from '@/shared/ui/time-ago'
import type { Health } from './health'
import styles from './health.module.css'
import { MuteMenu } from './mute-menu'
import { useHealthActions } from './use-health-actions'

interface IncidentListProps {
  incidents: Shape<'Incident'>[]
  services: Map<number, Health>
  onOpen: (id: number) => void
}

/** What is down by itself, and what somebody does about it. */
export function IncidentList({ incidents, services, onOpen }: IncidentListProps) {
  return (
    <ul className={styles.incidents}>
      {incidents.map((incident) => (
        <IncidentItem
          key={incident.id}
          incident={incident}
          dependants={services.get(incident.serviceId)?.dependants ?? 0}
          onOpen={onOpen}
        />
      ))}
    </ul>
  )
}

interface IncidentItemProps {
  incident: Shape<'Incident'>
  dependants: number
  onOpen: (id: number) => void
}

function IncidentItem({ incident, dependants, onOpen }: IncidentItemProps) {
  const actions = useHealthActions()
  const whyNot = useWhyNot()
  const withHost = useHasHosts()
  const name = plain(incident.serviceName)
  return (
    <li className={styles.incident}>
      <div className={styles.incidentText}>
        <button type="button" className={styles.name} onClick={() => onOpen(incident.serviceId)}>
          {name}
          <span className="pm-muted">
            {ofProject(incident)}
            {withHost && ` on ${plain(incident.host)}`}
          </span>{' '}
          <span className="pm-number">{portText(incident.port)}</span>
        </button>
        <p className={styles.cause}>{plain(incident.cause)}</p>
        <p className={styles.note}>
          down for <TimeSince time={incident.opened} />
          {dependants > 0 && `; ${count(dependants, 'service hangs', 'services hang')} on it`}
          {incident.acknowledged !== null && `; ${plain(incident.acknowledgedBy)} is on it`}
          {incident.note !== '' && `: ${plain(incident.note)}`}
        </p>
      </div>
      <div className={styles.actions}>
        <RestartButton id={incident.serviceId} name={incident.serviceName} />
        {incident.acknowledged === null && (
          <Button
            variant="default"
            leftSection={<Check size={13} aria-hidden="true" />}
            disabled={whyNot !== null}
            title={whyNot ?? undefined}
            aria-label={`Acknowledge ${name}`}
            onClick={() => actions.mutate({ kind: 'acknowledge', incidentId: incident.id })}
          >
            Acknowledge
          </Button>
        )}
        <MuteMenu
          name={name}
          isMuted={incident.mutedUntil !== null}
          onMute={(minutes) => actions.mutate({ kind: 'mute', serviceId: incident.serviceId, minutes })}
        />
      </div>
    </li>
  )
}
