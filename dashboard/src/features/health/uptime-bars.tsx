import { bars, type Point } from './health'
import styles from './health.module.css'

const WORDS = { up: 'up', some: 'up with failures', down: 'down', unknown: 'not known' }

/** What was, stretch by stretch. The title of each says when and how many looks; the whole has a text. */
export function UptimeBars({ points, most = 48, label }: { points: Point[]; most?: number; label: string }) {
  const list = bars(points, most)
  const failed = list.filter((one) => one.bar === 'down' || one.bar === 'some').length
  return (
    <span
      className={styles.bars}
      role="img"
      aria-label={`${label}: ${failed === 0 ? 'no failure seen' : `${failed} of ${list.length} stretches with failures`}`}
    >
      {list.map((one) => (
        <span
          key={one.start}
          className={`${styles.bar} ${styles[one.bar]}`}
          title={`${new Date(one.start).toLocaleString()}: ${WORDS[one.bar]}, ${one.up} looks up, ${one.down} down`}
        />
      ))}
    </span>
  )
}
