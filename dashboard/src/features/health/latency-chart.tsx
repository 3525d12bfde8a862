import { highest, latencyText, linePath, type Point } from './health'
import styles from './health.module.css'

const WIDTH = 560
const HEIGHT = 120

/** Percentiles over time: the half, the slow twentieth, the slowest hundredth. */
export function LatencyChart({ points }: { points: Point[] }) {
  const lines = {
    p50: points.map((point) => point.p50Us),
    p95: points.map((point) => point.p95Us),
    p99: points.map((point) => point.p99Us),
  }
  const top = highest(lines.p50, lines.p95, lines.p99)
  if (top === 0) return <p className={styles.note}>No latency was seen in this time.</p>
  return (
    <figure className={styles.figure}>
      <svg
        viewBox={`0 -4 ${WIDTH} ${HEIGHT + 8}`}
        role="img"
        aria-label={`Latency, at most ${latencyText(top)}`}
      >
        {[0, 0.5, 1].map((part) => (
          <line key={part} className={styles.grid} x1="0" x2={WIDTH} y1={HEIGHT * part} y2={HEIGHT * part} />
        ))}
        <path className={styles.p99} d={linePath(lines.p99, WIDTH, HEIGHT, top)} />
        <path className={styles.p95} d={linePath(lines.p95, WIDTH, HEIGHT, top)} />
        <path className={styles.p50} d={linePath(lines.p50, WIDTH, HEIGHT, top)} />
      </svg>
      <figcaption className={styles.legend}>
        <span className={styles.p50}>p50</span>
        <span className={styles.p95}>p95</span>
        <span className={styles.p99}>p99</span>
        <span className="pm-number">top {latencyText(top)}</span>
      </figcaption>
    </figure>
  )
}
