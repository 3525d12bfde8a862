import type { Shape } from '@/shared/api/client'

export type PoolTrend = Shape<'PoolTrend'>

/** What a chart draws: one column of times (s since the epoch), and one of ports in use for each pool. */
export interface PoolSeries {
  times: number[]
  pools: { type: string; inUse: (number | null)[] }[]
}

/** Pools that were ever used, over all hours that any of them knows; between two looks a pool stays as it was. */
export function poolSeries(trends: PoolTrend[]): PoolSeries {
  const used = trends.filter((trend) => trend.peak > 0)
  const times = [...new Set(used.flatMap((trend) => trend.hours.map((hour) => seconds(hour.time))))].sort(
    (a, b) => a - b,
  )
  const pools = used.map((trend) => {
    const known = new Map(trend.hours.map((hour) => [seconds(hour.time), hour.inUse]))
    let last: number | null = null
    const inUse = times.map((time) => {
      last = known.get(time) ?? last
      return last
    })
    return { type: trend.type, inUse }
  })
  return { times, pools }
}

function seconds(time: string): number {
  return Math.round(Date.parse(time) / 1000)
}

/** What the trend of a pool means, in words. */
export function forecast(trend: PoolTrend): string {
  if (trend.inUse >= trend.size) return 'full'
  if (trend.days < 2) return 'too early to tell'
  if (trend.fullInDays === null) return trend.perDay < 0 ? 'getting emptier' : 'steady'
  const days = Math.max(1, Math.round(trend.fullInDays))
  if (days > 730) return 'not within two years'
  return days > 60
    ? `full in ${Math.round(days / 30)} months`
    : `full in ${days} ${days === 1 ? 'day' : 'days'}`
}
