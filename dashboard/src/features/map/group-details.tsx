import { CloseButton } from '@mantine/core'
import { count, plain, portText } from '@/shared/lib/format'
import { Status } from '@/shared/ui/status'
import type { Landscape, ProjectGroup } from './landscape'
import { LinkList } from './link-list'
import styles from './map.module.css'

interface GroupDetailsProps {
  group: ProjectGroup
  landscape: Landscape
  onPickGroup: (id: string) => void
  onPickService: (id: number) => void
  onHide: (name: string) => void
  onClose: () => void
}

export function GroupDetails({
  group,
  landscape,
  onPickGroup,
  onPickService,
  onHide,
  onClose,
}: GroupDetailsProps) {
  const names = new Map(landscape.groups.map((one) => [one.id, one.name]))
  return (
    <aside className={styles.details} aria-label={`Project ${plain(group.name)}`}>
      <header className={styles.detailsHead}>
        <div>
          <h2>{plain(group.name)}</h2>
          <p className="pm-muted">
            {count(group.services.length, 'service')} on {plain(group.host)}
          </p>
        </div>
        <CloseButton onClick={onClose} aria-label="Close" />
      </header>
      <ul className={styles.services}>
        {group.services.map((service) => (
          <li key={service.id}>
            <button type="button" className={styles.name} onClick={() => onPickService(service.id)}>
              {plain(service.serviceName)}
            </button>
            <span className="pm-number pm-muted">
              {portText(service.externalPort || service.internalPort)}
            </span>
            <Status state={service.status} />
          </li>
        ))}
      </ul>
      <LinkList
        title="Points at"
        none="Nothing outside of itself."
        links={landscape.links.filter((link) => link.from === group.id)}
        endOf={(link) => ({ id: link.to, name: names.get(link.to) ?? link.to })}
        onPick={onPickGroup}
      />
      <LinkList
        title="Pointed at by"
        none="Nobody that is known."
        links={landscape.links.filter((link) => link.to === group.id)}
        endOf={(link) => ({ id: link.from, name: names.get(link.from) ?? link.from })}
        onPick={onPickGroup}
      />
      <button type="button" className={styles.name} onClick={() => onHide(group.name)}>
        Hide this project
      </button>
    </aside>
  )
}
