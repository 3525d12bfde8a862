import type { Shape } from '@/shared/api/client'
import { plain } from '@/shared/lib/format'
import { projectText } from '@/shared/lib/project-text'

export type Health = Shape<'Health'>
export type Point = Shape<'HealthPoint'>

/* Down by itself, down because of another, up with a failed look, unknown, up. */
function rank(health: Health): number {
  if (health.state === 'down') return health.causedBy === null ? 0 : 1
  if (health.failing) return 2
  return health.state === 'unknown' ? 3 : 4
}

/** Worst first; among equals who has more dependants, then by name. */
export function worstFirst(list: Health[]): Health[] {
  return [...list].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      b.dependants - a.dependants ||
      a.projectId.localeCompare(b.projectId) ||
      a.serviceName.localeCompare(b.serviceName) ||
      a.port - b.port ||
      a.host.localeCompare(b.host),
  )
}

/** What tells a service from others of its name. */
export function placeText(
  of: Pick<Health, 'projectId' | 'host'> & { projectName?: string | undefined },
  withHost: boolean,
): string {
  return withHost ? `${projectText(of)} on ${plain(of.host)}` : projectText(of)
}

/** Below its name: where it is, and why it is as it is. */
export function whyText(health: Health, withHost: boolean): string {
  const place = placeText(health, withHost)
  if (health.causedBy !== null) return `${place} · because of another service`
  return `${place} · ${plain(health.cause !== '' ? health.cause : health.target)}`
}

/** The state in one word, with what the API tells apart from it. */
export function stateOf(health: Pick<Health, 'state' | 'failing'>): string {
  return health.state === 'up' && health.failing ? 'degraded' : health.state
}

export type Bar = 'up' | 'some' | 'down' | 'unknown'

/** A stretch of time in one colour: any look that failed shows, nothing is averaged away. */
export function barOf(point: Pick<Point, 'up' | 'down'>): Bar {
  if (point.up + point.down === 0) return 'unknown'
  if (point.down === 0) return 'up'
  return point.up === 0 ? 'down' : 'some'
}

/** At most `most` stretches out of many points; each holds what all of its points hold. */
export function bars(points: Point[], most: number): { bar: Bar; start: string; up: number; down: number }[] {
  const size = Math.max(1, Math.ceil(points.length / most))
  const list = []
  for (let first = 0; first < points.length; first += size) {
    const stretch = points.slice(first, first + size)
    const up = stretch.reduce((sum, point) => sum + point.up, 0)
    const down = stretch.reduce((sum, point) => sum + point.down, 0)
    list.push({ bar: barOf({ up, down }), start: stretch[0]?.start ?? '', up, down })
  }
  return list
}

/** An SVG path over values, of which null are gaps; '' where there is nothing to draw. */
export function linePath(values: (number | null)[], width: number, height: number, top: number): string {
  const step = values.length > 1 ? width / (values.length - 1) : 0
  let path = ''
  let isGap = true
  values.forEach((value, index) => {
    if (value === null) {
      isGap = true
      return
    }
    const x = (index * step).toFixed(1)
    const y = (height - (top <= 0 ? 0 : Math.min(1, value / top)) * height).toFixed(1)
    path += `${isGap ? 'M' : 'L'}${x},${y}`
    // One value alone is a dot: a line of nearly no length, with round ends.
    if (isGap && (values[index + 1] ?? null) === null) path += 'h0.1'
    isGap = false
  })
  return path
}

export function highest(...series: (number | null)[][]): number {
  return Math.max(0, ...series.flat().map((value) => value ?? 0))
}

/** Microseconds as a person reads them. */
export function latencyText(us: number | null): string {
  if (us === null) return '–'
  if (us < 1_000) return `${us} µs`
  const ms = us / 1_000
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  return `${(ms / 1_000).toFixed(1)} s`
}

/** In a hundred; a failure never rounds up to 100. */
export function uptimeText(percent: number | null): string {
  if (percent === null) return '–'
  if (percent >= 100) return '100 %'
  return `${Math.min(99.99, Math.floor(percent * 100) / 100).toFixed(2)} %`
}
