import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { Span } from './changes'
import styles from './history.module.css'
import type { PoolSeries } from './pool-series'

/* uPlot draws on a canvas and knows no style sheet: it is told today's colours, and made again when those change. */

const HEIGHT = 260
const HUES = ['--pm-chart-1', '--pm-chart-2', '--pm-chart-3', '--pm-chart-4', '--pm-chart-5', '--pm-chart-6']

interface PoolChartProps {
  series: PoolSeries
  span: Span | null
  onSpan: (span: Span | null) => void
  /** A click at a time, in ms since the epoch. */
  onTime: (time: number) => void
}

export default function PoolChart({ series, span, onSpan, onTime }: PoolChartProps) {
  const frame = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const told = useRef({ onSpan, onTime })
  useEffect(() => {
    told.current = { onSpan, onTime }
  }, [onSpan, onTime])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme is what the colours are read from
  useEffect(() => {
    const host = frame.current
    if (host === null) return
    const color = (name: string) => colorOf(host, name)
    const chart = new uPlot(
      optionsOf(series, span, host.clientWidth, color, {
        onSpan: (next) => told.current.onSpan(next),
        onTime: (time) => told.current.onTime(time),
      }),
      [series.times, ...series.pools.map((pool) => pool.inUse)],
      host,
    )
    const observer = new ResizeObserver(() => chart.setSize({ width: host.clientWidth, height: HEIGHT }))
    observer.observe(host)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [series, span, scheme])

  return (
    <div
      ref={frame}
      className={styles.chart}
      role="img"
      aria-label="Ports in use by pool; the table below has the numbers"
    />
  )
}

/* A property holds light-dark(…) as it was written; what it comes to shows only in a colour that is computed. */
function colorOf(host: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  host.append(probe)
  const color = getComputedStyle(probe).color
  probe.remove()
  return color
}

function optionsOf(
  series: PoolSeries,
  span: Span | null,
  width: number,
  color: (name: string) => string,
  told: { onSpan: (span: Span) => void; onTime: (time: number) => void },
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: color('--pm-muted'),
    grid: { stroke: color('--pm-line'), width: 1 },
    ticks: { stroke: color('--pm-line'), width: 1 },
    font: '12px system-ui, sans-serif',
  }
  return {
    width,
    height: HEIGHT,
    scales: {
      x: span === null ? {} : { min: span.from / 1000, max: span.to / 1000 },
      y: { range: (_, __, max) => [0, Math.max(4, Math.ceil(max * 1.15))] },
    },
    axes: [axis, { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }],
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 } },
    legend: { live: true },
    series: [
      { label: 'Time' },
      ...series.pools.map((pool, index) => ({
        label: pool.type,
        stroke: color(HUES[index % HUES.length] ?? '--pm-accent'),
        width: 2,
        points: { show: false },
        ...(index < HUES.length ? {} : { dash: [6, 4] }),
      })),
    ],
    hooks: {
      setSelect: [
        (chart) => {
          const { left, width: wide } = chart.select
          if (wide < 6) return
          told.onSpan({
            from: chart.posToVal(left, 'x') * 1000,
            to: chart.posToVal(left + wide, 'x') * 1000,
          })
        },
      ],
      ready: [
        (chart) => {
          chart.over.addEventListener('click', () => {
            if (chart.select.width < 6 && chart.cursor.left !== undefined && chart.cursor.left >= 0)
              told.onTime(chart.posToVal(chart.cursor.left, 'x') * 1000)
          })
        },
      ],
    },
  }
}
