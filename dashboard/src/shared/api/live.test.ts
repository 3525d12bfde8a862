import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { currentConnection } from './connection'
import { Gatherer, takeRegistry, withChanges } from './live'
import { keys } from './queries'
import { rowOf, type ServiceRow } from './service-row'

/** As the event stream has it. */
const whole = (id: number, more: object = {}) =>
  ({ id, projectId: 'shop', health: 'unknown', configFiles: [], ...more }) as unknown as ServiceRow
const service = (id: number, more: object = {}): ServiceRow => rowOf(whole(id, more))

describe('changes of the list', () => {
  const list = [service(1), service(2), service(3)]

  it('replace, take out and add, each service in its place', () => {
    const next = withChanges(
      list,
      new Map([
        [2, service(2, { pinned: 'x' })],
        [3, null],
        [4, service(4)],
      ]),
    )
    expect(next.map(({ id }) => id)).toEqual([1, 2, 4])
    expect(next[1]).toMatchObject({ pinned: 'x' })
  })

  it('leave rows that are the same the same object', () => {
    const next = withChanges(
      list,
      new Map([
        [1, service(1)],
        [2, service(2, { pinned: 'x' })],
      ]),
    )
    expect(next[0]).toBe(list[0])
    expect(next[2]).toBe(list[2])
    expect(next[1]).not.toBe(list[1])
  })

  it('take out what is not there without harm', () => {
    expect(withChanges(list, new Map([[9, null]]))).toEqual(list)
  })
})

describe('events', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('of services that come and go make what is known of health old; of those that only change, not', () => {
    for (const [event, isOld] of [
      ['service.changed', false],
      ['service.created', true],
      ['service.removed', true],
    ] as const) {
      const client = new QueryClient()
      client.setQueryData(['health', 'list', ''], { services: [] })
      new Gatherer(client).take({ id: 1, event, data: JSON.stringify(whole(1)) })
      vi.advanceTimersByTime(1_000)
      expect(client.getQueryState(['health', 'list', ''])?.isInvalidated, event).toBe(isOld)
    }
  })

  it('are gathered: five hundred make one change of the list', () => {
    const client = new QueryClient()
    client.setQueryData(keys.services, [service(1)])
    const gatherer = new Gatherer(client)
    let changes = 0
    client.getQueryCache().subscribe((event) => {
      if (event.type === 'updated' && event.action.type === 'success') changes += 1
    })
    for (let turn = 1; turn <= 500; turn += 1)
      gatherer.take({
        id: turn,
        event: 'service.changed',
        data: JSON.stringify(whole(1, { pinned: `${turn}` })),
      })
    vi.advanceTimersByTime(1_000)
    expect(changes).toBe(1)
    expect(client.getQueryData<ServiceRow[]>(keys.services)?.[0]).toMatchObject({ pinned: '500' })
  })

  it('of health are seen in the row, and in no other', () => {
    const client = new QueryClient()
    const other = service(2)
    client.setQueryData(keys.services, [service(1), other])
    new Gatherer(client).take({ id: 1, event: 'health.changed', data: '{"serviceId":1,"state":"down"}' })
    vi.advanceTimersByTime(1_000)
    const list = client.getQueryData<ServiceRow[]>(keys.services)
    expect(list?.map(({ health }) => health)).toEqual(['down', 'unknown'])
    expect(list?.[1]).toBe(other)
  })

  it('show a job as it goes on, and nothing of one that nobody looks at', () => {
    const client = new QueryClient()
    client.setQueryData(keys.job(1), { id: 1, done: 0 })
    const gatherer = new Gatherer(client)
    gatherer.take({ id: 0, event: 'job.progress', data: '{"id":1,"done":3,"total":5}' })
    gatherer.take({ id: 0, event: 'job.progress', data: '{"id":2,"done":3}' })
    expect(client.getQueryData(keys.job(1))).toEqual({ id: 1, done: 3, total: 5 })
    expect(client.getQueryData(keys.job(2))).toBeUndefined()
  })

  it('make old what they are about', () => {
    const client = new QueryClient()
    client.setQueryData(keys.config, {})
    client.setQueryData(keys.transactions, [])
    new Gatherer(client).take({ id: 1, event: 'config.changed', data: '{}' })
    vi.advanceTimersByTime(1_000)
    expect(client.getQueryState(keys.config)?.isInvalidated).toBe(true)
    expect(client.getQueryState(keys.transactions)?.isInvalidated).toBe(false)
  })
})

describe('a registry that is away', () => {
  const away = {
    id: 0,
    event: 'registry.away',
    data: '{"since":"2026-11-29T09:00:00Z","reason":"postgresql://db/x cannot be reached"}',
  }

  it('is told with its cause, and what is shown stays', () => {
    const client = new QueryClient()
    client.setQueryData(keys.conflicts, [])
    takeRegistry(client, away)
    expect(currentConnection().absence).toEqual({
      since: Date.parse('2026-11-29T09:00:00Z'),
      reason: 'postgresql://db/x cannot be reached',
    })
    expect(client.getQueryState(keys.conflicts)?.isInvalidated).toBe(false)
  })

  it('is there again: everything is asked for anew', () => {
    const client = new QueryClient()
    client.setQueryData(keys.conflicts, [])
    takeRegistry(client, away)
    takeRegistry(client, { id: 0, event: 'registry.back', data: '{}' })
    expect(currentConnection().absence).toBeNull()
    expect(client.getQueryState(keys.conflicts)?.isInvalidated).toBe(true)
  })
})
