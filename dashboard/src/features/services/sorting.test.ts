import { describe, expect, it } from 'vitest'
import type { Service } from './columns'
import { Sorter, sorted, sortOf, sortText } from './sorting'

function service(id: number, more: Partial<Service>): Service {
  return {
    id,
    serviceName: `s${id}`,
    projectId: 'p',
    externalPort: 0,
    internalPort: 0,
    protocol: 'http',
    type: '',
    externalIP: '',
    status: 'active',
    lastUpdated: '2026-01-01T00:00:00Z',
    ...more,
  } as Service
}

const ids = (list: Service[]) => list.map(({ id }) => id)

describe('the order of services', () => {
  it('is in the address as in the API', () => {
    expect(sortOf('-externalPort')).toEqual({ key: 'externalPort', isDown: true })
    expect(sortText(sortOf('-externalPort'))).toBe('-externalPort')
    expect(sortOf('nonsense').key).toBe('serviceName')
  })

  it('takes numbers for numbers, in names too', () => {
    const list = [
      service(1, { serviceName: 'web-10' }),
      service(2, { serviceName: 'Web-9' }),
      service(3, { serviceName: 'api' }),
    ]
    expect(ids(sorted(list, sortOf('serviceName')))).toEqual([3, 2, 1])
    expect(ids(sorted(list, sortOf('-serviceName')))).toEqual([1, 2, 3])
  })

  it('has what has no port at the end, whichever way', () => {
    const list = [service(1, {}), service(2, { externalPort: 8080 }), service(3, { externalPort: 443 })]
    expect(ids(sorted(list, sortOf('externalPort')))).toEqual([3, 2, 1])
    expect(ids(sorted(list, sortOf('-externalPort')))).toEqual([2, 3, 1])
  })

  it('has the worst status first', () => {
    const list = [
      service(1, { status: 'active' }),
      service(2, { status: 'conflict' }),
      service(3, { status: 'inactive' }),
    ]
    expect(ids(sorted(list, sortOf('status')))).toEqual([2, 3, 1])
  })
})

describe('sorting again', () => {
  const list = [
    service(1, { serviceName: 'b' }),
    service(2, { serviceName: 'a' }),
    service(3, { serviceName: 'c' }),
  ]

  it('keeps the order, and shows what changed, while nothing changed that it goes by', () => {
    const sorter = new Sorter()
    sorter.sort(list, sortOf('serviceName'))
    const changed = service(2, { serviceName: 'a', status: 'conflict' })
    const next = sorter.sort([list[0] as Service, changed, list[2] as Service], sortOf('serviceName'))
    expect(ids(next)).toEqual([2, 1, 3])
    expect(next[0]).toBe(changed)
    expect(next[1]).toBe(list[0])
  })

  it('orders anew when it did, or when rows come, go or are others', () => {
    const sorter = new Sorter()
    sorter.sort(list, sortOf('serviceName'))
    const renamed = [list[0] as Service, service(2, { serviceName: 'z' }), list[2] as Service]
    expect(ids(sorter.sort(renamed, sortOf('serviceName')))).toEqual([1, 3, 2])
    expect(ids(sorter.sort(renamed, sortOf('-serviceName')))).toEqual([2, 3, 1])
    expect(ids(sorter.sort(list.slice(1), sortOf('-serviceName')))).toEqual([3, 2])
    expect(ids(sorter.sort([list[2] as Service, list[0] as Service], sortOf('-serviceName')))).toEqual([3, 1])
  })
})
