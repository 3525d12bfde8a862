import { useMemo } from 'react'
import type { Shape } from '@/shared/api/client'
import { numberText } from '@/shared/lib/format'
import { later } from '@/shared/ui/later'
import { Empty, Skeletons } from '@/shared/ui/states'
import type { Span } from './changes'
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
          <p className={styles.note}>Drag over the chart to zoom, click to find what changed then.</p>
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
