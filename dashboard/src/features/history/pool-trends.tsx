import { Button } from '@mantine/core'
import { useMemo } from 'react'
import type { Shape } from '@/shared/api/client'
import { numberText } from '@/shared/lib/format'
import { later } from '@/shared/ui/later'
import { Empty, Skeletons } from '@/shared/ui/states'
import { moved, type Span, zoomed } from './changes'
import styles from './history.module.css'
import { forecast, poolSeries } from './pool-series'

const PoolChart = later(() => import('./pool-chart'), <Skeletons rows={8} />)

interface PoolTrendsProps {
  analytics: Shape<'PortAnalytics'>
  span: Span | null
  onSpan: (span: Span | null) => void
  onTime: (time: number) => void
}

export function PoolTrends({ analytics, span, onSpan, onTime }: PoolTrendsProps) {
  const series = useMemo(() => poolSeries(analytics.pools), [analytics.pools])
  const first = series.times[0]
  if (first === undefined) return <Empty title="No port of a pool was in use yet" />
  return (
    <>
      {series.times.length < 3 ? (
        <p className={styles.note}>
          Collecting since {new Date(first * 1000).toLocaleString()}: a line is drawn after a few hours.
        </p>
      ) : (
        <>
          <PoolChart series={series} span={span} onSpan={onSpan} onTime={onTime} />
          <ZoomBar span={span} whole={series.times} onSpan={onSpan} onTime={onTime} />
        </>
      )}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Pool</th>
            <th scope="col" className={styles.number}>
              In use
            </th>
            <th scope="col" className={styles.number}>
              Peak
            </th>
            <th scope="col">Forecast</th>
          </tr>
        </thead>
        <tbody>
          {analytics.pools
            .filter((trend) => trend.peak > 0)
            .map((trend) => (
              <tr key={trend.type}>
                <th scope="row">{trend.type}</th>
                <td className={styles.number}>
                  {numberText(trend.inUse)} of {numberText(trend.size)}
                </td>
                <td className={styles.number}>{numberText(trend.peak)}</td>
                <td>{forecast(trend)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </>
  )
}

interface ZoomBarProps {
  span: Span | null
  /** Of all that is drawn, in s since the epoch. */
  whole: number[]
  onSpan: (span: Span | null) => void
  onTime: (time: number) => void
}

/** All that dragging and clicking on the chart does, for keys. */
function ZoomBar({ span, whole, onSpan, onTime }: ZoomBarProps) {
  const all = { from: (whole[0] ?? 0) * 1000, to: (whole.at(-1) ?? 0) * 1000 }
  const shown = span ?? all
  const actions: [name: string, isOff: boolean, act: () => void][] = [
    ['Zoom in', shown.to - shown.from <= SHORTEST_MS, () => onSpan(zoomed(shown, all, 0.5))],
    ['Zoom out', span === null, () => onSpan(zoomed(shown, all, 2))],
    ['Earlier', span === null || shown.from <= all.from, () => onSpan(moved(shown, all, -0.5))],
    ['Later', span === null || shown.to >= all.to, () => onSpan(moved(shown, all, 0.5))],
    ['What changed last in it', false, () => onTime(shown.to)],
  ]
  return (
    <div className={styles.zoom} role="toolbar" aria-label="The time that the chart shows">
      {actions.map(([name, isOff, act]) => (
        <Button key={name} size="compact-xs" variant="default" disabled={isOff} onClick={act}>
          {name}
        </Button>
      ))}
      <span className={styles.note}>or drag over the chart, or click on it</span>
    </div>
  )
}

const SHORTEST_MS = 2 * 3_600_000
