import { describe, expect, it } from 'vitest'
import { type HistoryEntry, isFound, isWithin, moved, parseSpan, spanText, zoomed } from './changes'
import { forecast, type PoolTrend, poolSeries } from './pool-series'

const trend = (type: string, hours: [string, number][], more: Partial<PoolTrend> = {}): PoolTrend => ({
  type,
  size: 100,
  inUse: hours.at(-1)?.[1] ?? 0,
  peak: Math.max(0, ...hours.map(([, inUse]) => inUse)),
  taken: 0,
  released: 0,
  refused: 0,
  days: 10,
  perDay: 0,
  fullInDays: null,
  hours: hours.map(([time, inUse]) => ({
    time,
    size: 100,
    inUse,
    peak: inUse,
    taken: 0,
    released: 0,
    refused: 0,
  })),
  ...more,
})

describe('the series of pools', () => {
  it('share one time line, and keep what was known last', () => {
    const series = poolSeries([
      trend('api', [
        ['2026-01-01T00:00:00Z', 2],
        ['2026-01-01T02:00:00Z', 3],
      ]),
      trend('web', [['2026-01-01T01:00:00Z', 7]]),
      trend('mail', [['2026-01-01T01:00:00Z', 0]]),
    ])
    expect(series.times.map((time) => new Date(time * 1000).getUTCHours())).toEqual([0, 1, 2])
    expect(series.pools).toEqual([
      { type: 'api', inUse: [2, 2, 3] },
      { type: 'web', inUse: [null, 7, 7] },
    ])
  })

  it('tell when a pool will be full, and admit when that is not known', () => {
    expect(forecast(trend('a', [], { days: 1 }))).toBe('too early to tell')
    expect(forecast(trend('a', [], { fullInDays: 0.4 }))).toBe('full in 1 day')
    expect(forecast(trend('a', [], { fullInDays: 90 }))).toBe('full in 3 months')
    expect(forecast(trend('a', [], { fullInDays: 9_000 }))).toBe('not within two years')
    expect(forecast(trend('a', [], { inUse: 100 }))).toBe('full')
    expect(forecast(trend('a', [], { perDay: -1 }))).toBe('getting emptier')
    expect(forecast(trend('a', []))).toBe('steady')
  })
})

describe('changes', () => {
  const entry: HistoryEntry = {
    id: 1,
    serviceId: 2,
    projectId: 'shop',
    serviceName: 'api',
    changeType: 'external_port',
    oldValue: '8069',
    newValue: '8070',
    timestamp: '2026-01-01T00:00:10Z',
  }

  it('are found by port as a whole, project, service and words', () => {
    for (const text of ['8069', 'port:8070', 'project:sho', 'service:api shop', 'external', ''])
      expect(isFound(entry, text), text).toBe(true)
    for (const text of ['806', '18069', 'project:api', 'shop 9999'])
      expect(isFound(entry, text), text).toBe(false)
  })

  it('are within what was zoomed to', () => {
    const span = parseSpan('1767225600-1767225620')
    expect(isWithin(entry.timestamp, span)).toBe(true)
    expect(isWithin('2026-01-02T00:00:00Z', span)).toBe(false)
    expect(isWithin(entry.timestamp, null)).toBe(true)
    expect(span && spanText(span)).toBe('1767225600-1767225620')
    for (const text of ['', '5', '9-3', 'a-b', '1-2-3']) expect(parseSpan(text)).toBeNull()
  })
})

describe('the time that a chart shows', () => {
  const whole = { from: 0, to: 800 }

  it('is halved and doubled around its middle, at most all of it', () => {
    expect(zoomed(whole, whole, 0.5)).toEqual({ from: 200, to: 600 })
    expect(zoomed({ from: 200, to: 400 }, whole, 2)).toEqual({ from: 100, to: 500 })
    expect(zoomed({ from: 200, to: 600 }, whole, 2)).toBeNull()
  })

  it('never leaves what there is', () => {
    expect(zoomed({ from: 0, to: 200 }, whole, 2)).toEqual({ from: 0, to: 400 })
    expect(moved({ from: 0, to: 400 }, whole, -0.5)).toEqual({ from: 0, to: 400 })
    expect(moved({ from: 300, to: 700 }, whole, 0.5)).toEqual({ from: 400, to: 800 })
  })
})
