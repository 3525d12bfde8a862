import { describe, expect, it } from 'vitest'
import {
  barOf,
  bars,
  type Health,
  highest,
  latencyText,
  linePath,
  type Point,
  stateOf,
  uptimeText,
  whyText,
  worstFirst,
} from './health'

const health = (serviceId: number, more: Partial<Health>): Health =>
  ({
    serviceId,
    projectId: 'shop',
    host: 'box',
    serviceName: `s${serviceId}`,
    port: 80,
    state: 'up',
    failing: false,
    causedBy: null,
    dependants: 0,
    ...more,
  }) as Health

const point = (up: number, down: number): Point =>
  ({ start: '2026-01-01T00:00:00Z', up, down, unknown: 0, p50Us: null, p95Us: null, p99Us: null }) as Point

describe('the order', () => {
  it('is worst first, a root cause before what hangs on it', () => {
    const list = [
      health(1, {}),
      health(2, { state: 'unknown' }),
      health(3, { failing: true }),
      health(4, { state: 'down', causedBy: 5 }),
      health(5, { state: 'down', dependants: 1 }),
      health(6, { state: 'down', dependants: 4 }),
    ]
    expect(worstFirst(list).map((one) => one.serviceId)).toEqual([6, 5, 4, 3, 2, 1])
  })

  it('tells a failed look from being down', () => {
    expect(stateOf(health(1, { failing: true }))).toBe('degraded')
    expect(stateOf(health(1, { state: 'down', failing: true }))).toBe('down')
  })
})

describe('where it is', () => {
  const twin = health(1, { target: 'localhost:80', cause: '' })

  it('names the host where there are several', () => {
    expect(whyText(twin, false)).toBe('shop · localhost:80')
    expect(whyText(twin, true)).toBe('shop on box · localhost:80')
  })

  it('tells the cause, or that it is another service', () => {
    expect(whyText({ ...twin, cause: 'refused' }, true)).toBe('shop on box · refused')
    expect(whyText({ ...twin, causedBy: 2 }, false)).toBe('shop · because of another service')
  })
})

describe('bars', () => {
  it('show each failure, and nothing where nobody looked', () => {
    expect([barOf(point(9, 0)), barOf(point(9, 1)), barOf(point(0, 3)), barOf(point(0, 0))]).toEqual([
      'up',
      'some',
      'down',
      'unknown',
    ])
  })

  it('keep a failure when many points become one bar', () => {
    const points = Array.from({ length: 1000 }, (_, index) => point(10, index === 777 ? 1 : 0))
    const list = bars(points, 60)
    expect(list.length).toBeLessThanOrEqual(60)
    expect(list.filter((one) => one.bar === 'some')).toHaveLength(1)
    expect(list.reduce((sum, one) => sum + one.up, 0)).toBe(10_000)
  })
})

describe('the line', () => {
  it('breaks where nothing is known', () => {
    expect(linePath([1, null, 2, 4], 30, 10, 4)).toBe('M0.0,7.5h0.1M20.0,5.0L30.0,0.0')
    expect(linePath([null], 30, 10, 0)).toBe('')
    expect(highest([1, null], [3])).toBe(3)
  })
})

describe('numbers', () => {
  it('are in the unit that a person reads', () => {
    expect([null, 312, 4_210, 48_000, 1_600_000].map(latencyText)).toEqual([
      '–',
      '312 µs',
      '4.2 ms',
      '48 ms',
      '1.6 s',
    ])
  })

  it('never round a failure away', () => {
    expect([null, 100, 99.9999, 99.5].map(uptimeText)).toEqual(['–', '100 %', '99.99 %', '99.50 %'])
  })
})
