import { describe, expect, it } from 'vitest'
import type { Shape } from '@/shared/api/client'
import { attentionOf, type Facts } from './attention'

const nothing: Facts = {
  conflicts: [],
  addresses: undefined,
  down: [],
  downCount: 0,
  drift: [],
  channels: [],
  now: Date.parse('2026-11-29T12:00:00Z'),
}
const conflict = (port: number, severity = 'error') =>
  ({ id: `tcp-${port}`, port, severity, claimants: [{}, {}], reason: '' }) as unknown as Shape<'Conflict'>
const run = (id: number, stage: string) =>
  ({
    id,
    stage,
    oldValue: '203.0.113.10',
    newValue: '198.51.100.23',
    finished: '2026-11-29T11:00:00Z',
  }) as Shape<'ChangeRun'>
const addresses = (more: Partial<NonNullable<Facts['addresses']>>) => ({
  open: [],
  proposals: [],
  recent: [],
  ...more,
})

describe('what needs attention', () => {
  it('is nothing where nothing does, notes least of all', () => {
    expect(attentionOf({ ...nothing, conflicts: [conflict(1, 'note')] })).toEqual([])
  })

  it('however many ports are contested, an address that changes is seen before them', () => {
    const conflicts = Array.from({ length: 50 }, (_, index) => conflict(3000 + index))
    const found = attentionOf({
      ...nothing,
      conflicts,
      addresses: addresses({ proposals: [run(1, 'proposed')] }),
    })
    expect(found[0]?.title).toBe('The address 203.0.113.10 is 198.51.100.23 now')
    expect(found.at(-1)).toMatchObject({
      title: '42 more ports are contested',
      action: { href: '/conflicts' },
    })
  })

  it('begins with what is down, by name and cause', () => {
    const down = [{ projectId: 'shop', projectName: 'shop', serviceName: 'api', cause: 'HTTP 503' }]
    expect(attentionOf({ ...nothing, down, downCount: 1 })[0]).toMatchObject({
      tone: 'bad',
      title: 'api of shop is down',
      text: 'HTTP 503',
    })
    expect(attentionOf({ ...nothing, down, downCount: 5 })[0]).toMatchObject({
      title: '5 services are down',
      text: 'api of shop and 4 more',
    })
  })

  it('has a change under way, and one that was taken back while it is the last, and news', () => {
    const titles = (known: NonNullable<Facts['addresses']>, now = nothing.now) =>
      attentionOf({ ...nothing, addresses: known, now }).map(({ title }) => title)
    expect(titles(addresses({ open: [run(2, 'restarted')] }))).toEqual([
      '203.0.113.10 → 198.51.100.23: under way',
    ])
    expect(titles(addresses({ recent: [run(2, 'rolled-back')] }))).toEqual([
      '203.0.113.10 → 198.51.100.23: that was rolled back',
    ])
    expect(titles(addresses({ recent: [run(2, 'rolled-back')] }), nothing.now + 86_400_000)).toEqual([])
    expect(titles(addresses({ recent: [run(3, 'committed'), run(2, 'rolled-back')] }))).toEqual([])
  })

  it('tells of messages that reach nobody, with the cause', () => {
    const channel = { channel: 'mail', configured: true, cause: 'refused', queued: 5 } as const
    const found = attentionOf({ ...nothing, channels: [channel, { ...channel, configured: false }] })
    expect(found.map(({ title, text }) => [title, text])).toEqual([
      ['Messages by mail do not get through: 5 wait', 'refused'],
    ])
  })

  it('puts errors before warnings', () => {
    const found = attentionOf({ ...nothing, conflicts: [conflict(1, 'warning'), conflict(2)] })
    expect(found.map(({ key }) => key)).toEqual(['tcp-2', 'tcp-1'])
  })
})
