import { Pin } from 'lucide-react'
import { type MouseEvent, memo } from 'react'
import { plain, portText } from '@/shared/lib/format'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import type { Service } from './columns'
import styles from './service-table.module.css'

interface ServiceRowProps {
  service: Service
  index: number
  top: number
  isSelected: boolean
  isCursor: boolean
  withHost: boolean
  onToggle: (id: number, isRange: boolean) => void
  onOpen: (id: number) => void
}

/** Drawn again only when its service is another, or it moves: thousands of rows change and scroll. */
export const ServiceRow = memo(function ServiceRow(props: ServiceRowProps) {
  const { service, index, top, isSelected, isCursor, withHost, onToggle, onOpen } = props
  const name = plain(service.serviceName)
  const toggle = (event: MouseEvent) => onToggle(service.id, event.shiftKey)
  return (
    <div
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-index={index}
      data-id={service.id}
      tabIndex={isCursor ? 0 : -1}
      onDoubleClick={() => onOpen(service.id)}
    >
      <div role="gridcell" className={styles.check}>
        <input
          type="checkbox"
          checked={isSelected}
          onClick={toggle}
          onChange={() => undefined}
          aria-label={`Select ${name}`}
          tabIndex={-1}
        />
      </div>
      <div role="gridcell" className={`${styles.cell} ${styles.cut}`} data-column="serviceName">
        <button
          type="button"
          className={styles.name}
          tabIndex={-1}
          onClick={() => onOpen(service.id)}
          title={name}
        >
          {name}
        </button>
        {service.pinned !== '' && (
          <span className={styles.marks} title={`Pinned: ${plain(service.pinned)}`}>
            <Pin size={13} aria-label="pinned" />
          </span>
        )}
      </div>
      <div
        role="gridcell"
        className={`${styles.cell} ${styles.cut} ${styles.quiet}`}
        data-column="projectName"
      >
        {plain(service.projectName)}
      </div>
      {withHost && (
        <div role="gridcell" className={`${styles.cell} ${styles.cut} ${styles.quiet}`} data-column="host">
          {plain(service.host)}
        </div>
      )}
      <div
        role="gridcell"
        className={`${styles.cell} ${styles.port} ${styles.right}`}
        data-column="externalPort"
      >
        {portText(service.externalPort)}
      </div>
      <div
        role="gridcell"
        className={`${styles.cell} ${styles.right} ${styles.quiet} pm-number`}
        data-column="internalPort"
      >
        {portText(service.internalPort)}
      </div>
      <div role="gridcell" className={`${styles.cell} ${styles.quiet}`} data-column="protocol">
        {service.protocol}
      </div>
      <div role="gridcell" className={`${styles.cell} ${styles.cut} ${styles.quiet}`} data-column="type">
        {plain(service.type) || '–'}
      </div>
      <div
        role="gridcell"
        className={`${styles.cell} ${styles.cut} ${styles.quiet} pm-number`}
        data-column="externalIP"
      >
        {plain(service.externalIP) || '–'}
      </div>
      <div role="gridcell" className={styles.cell} data-column="status">
        <Status state={service.status} />
      </div>
      <div role="gridcell" className={`${styles.cell} ${styles.quiet}`} data-column="lastUpdated">
        <TimeAgo time={service.lastUpdated} />
      </div>
    </div>
  )
})
