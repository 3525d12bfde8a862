import { count, plain } from '@/shared/lib/format'
import type { Link } from './landscape'
import styles from './map.module.css'
import { References } from './references'

interface LinkListProps {
  title: string
  none: string
  links: Link[]
  /** The other end of a link. */
  endOf: (link: Link) => { id: string; name: string }
  onPick: (id: string) => void
}

/** Links of one side, each with its other end and, opened, with every place where it is written. */
export function LinkList({ title, none, links, endOf, onPick }: LinkListProps) {
  return (
    <section className={styles.side}>
      <h3 className={styles.sideTitle}>{title}</h3>
      {links.length === 0 && <p className={styles.none}>{none}</p>}
      {links.map((link) => {
        const end = endOf(link)
        return (
          <div key={link.id} className={styles.link}>
            <button type="button" className={styles.name} onClick={() => onPick(end.id)}>
              {plain(end.name)}
            </button>
            <details open={links.length === 1}>
              <summary>{count(link.references.length, 'reference')}</summary>
              <References references={link.references} />
            </details>
          </div>
        )
      })}
    </section>
  )
}
