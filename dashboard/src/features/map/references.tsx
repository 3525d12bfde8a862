import { plain } from '@/shared/lib/format'
import { SourceRef } from '@/shared/ui/source-ref'
import type { Reference } from './landscape'
import styles from './map.module.css'

/** Where references are written: what each says, its file and line, and whether it may mean another. */
export function References({ references }: { references: Reference[] }) {
  return (
    <ul className={styles.references}>
      {references.map((reference) => (
        <li
          key={`${reference.file}:${reference.line}:${reference.endpoint}:${reference.from}:${reference.to}`}
        >
          <code className="pm-mono">{plain(reference.endpoint)}</code>{' '}
          {reference.confidence < 0.5 && <span className={styles.unsure}>unsure </span>}
          <span className={styles.source}>
            <SourceRef file={reference.file} line={reference.line} />
          </span>
        </li>
      ))}
    </ul>
  )
}
