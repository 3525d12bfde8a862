import { CloseButton } from '@mantine/core'
import { Link as PageLink } from 'wouter'
import { plain, portText } from '@/shared/lib/format'
import { projectText } from '@/shared/lib/project-text'
import { serviceText } from '@/shared/lib/service-text'
import { Status } from '@/shared/ui/status'
import type { MapService, Surroundings } from './landscape'
import { LinkList } from './link-list'
import styles from './map.module.css'

interface ServiceDetailsProps {
  service: MapService
  surroundings: Surroundings
  onPick: (id: number) => void
  onClose: () => void
}

export function ServiceDetails({ service, surroundings, onPick, onClose }: ServiceDetailsProps) {
  const byId = new Map(surroundings.services.map((one) => [String(one.service.id), one.service]))
  const nameOf = (id: string) => {
    const other = byId.get(id)
    return { id, name: other === undefined ? id : serviceText(other) }
  }
  const self = String(service.id)
  return (
    <aside className={styles.details} aria-label={`Service ${plain(service.serviceName)}`}>
      <header className={styles.detailsHead}>
        <div>
          <h2>{plain(service.serviceName)}</h2>
          <p className="pm-muted">{projectText(service)}</p>
        </div>
        <CloseButton onClick={onClose} aria-label="Back to all projects" />
      </header>
      <dl className={styles.facts}>
        <dt>Status</dt>
        <dd>
          <Status state={service.status} />
        </dd>
        <dt>External port</dt>
        <dd className="pm-number">{portText(service.externalPort)}</dd>
        <dt>Internal port</dt>
        <dd className="pm-number">{portText(service.internalPort)}</dd>
        <dt>Type</dt>
        <dd>
          {plain(service.type)}, {service.protocol}
        </dd>
      </dl>
      <LinkList
        title="Points at"
        none="Nothing that is known."
        links={surroundings.links.filter((link) => link.from === self)}
        endOf={(link) => nameOf(link.to)}
        onPick={(id) => onPick(Number(id))}
      />
      <LinkList
        title="Pointed at by"
        none="Nobody that is known."
        links={surroundings.links.filter((link) => link.to === self)}
        endOf={(link) => nameOf(link.from)}
        onPick={(id) => onPick(Number(id))}
      />
      <PageLink href={`/services?id=${service.id}`}>All about this service</PageLink>
    </aside>
  )
}
