import { highest, linePath } from './health'
import styles from './health.module.css'

/** A p95 latency over time, as a shape; the number beside it is the value. */
export function Sparkline({ values }: { values: (number | null)[] }) {
  const path = linePath(values, 96, 20, highest(values))
  if (path === '') return <span className={styles.noline} />
  return (
    <svg className={styles.spark} viewBox="-1 -1 98 22" aria-hidden="true" preserveAspectRatio="none">
      <path d={path} />
    </svg>
  )
}
