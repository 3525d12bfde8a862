import { Fragment } from 'react'
import { plain } from '@/shared/lib/format'
import { Status } from '@/shared/ui/status'
import { type Landscape, type Link, worstOf } from './landscape'
import styles from './map.module.css'

interface MapListProps {
  landscape: Landscape
  selected: string
  onPick: (id: string) => void
}

/** The same as the canvas shows, as a table: for small screens, screen readers, and who prefers to read. */
export function MapList({ landscape, selected, onPick }: MapListProps) {
  const names = new Map(landscape.groups.map((group) => [group.id, group.name]))
  const ends = (links: Link[], end: 'from' | 'to') =>
    links.map((link, index) => (
      <Fragment key={link.id}>
        {index > 0 && ', '}
        <button type="button" className={styles.name} onClick={() => onPick(link[end])}>
          {plain(names.get(link[end]) ?? link[end])}
        </button>
      </Fragment>
    ))
  return (
    <div className={styles.listFrame}>
      <table className={styles.list}>
        <thead>
          <tr>
            <th scope="col">Project</th>
            <th scope="col">Services</th>
            <th scope="col">Points at</th>
            <th scope="col">Pointed at by</th>
          </tr>
        </thead>
        <tbody>
          {landscape.groups.map((group) => (
            <tr key={group.id} data-selected={group.id === selected}>
              <th scope="row">
                <button type="button" className={styles.name} onClick={() => onPick(group.id)}>
                  {plain(group.name)}
                </button>
                {worstOf(group) !== '' && <Status state={worstOf(group)} />}
              </th>
              <td data-label="Services" className="pm-number">
                {group.services.length}
              </td>
              <td data-label="Points at">
                {ends(
                  landscape.links.filter((link) => link.from === group.id),
                  'to',
                )}
              </td>
              <td data-label="Pointed at by">
                {ends(
                  landscape.links.filter((link) => link.to === group.id),
                  'from',
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
