import { describe, expect, it } from 'vitest'
import { columns, columnsWithHost, hasHosts, type Service } from './columns'
import { sorted, sortOf } from './sorting'

const of = (host: string) => ({ id: 1, host, serviceName: 'web' }) as Service

describe('the column of hosts', () => {
  it('is there where services are of several', () => {
    expect(hasHosts([])).toBe(false)
    expect(hasHosts([of('a'), of('a')])).toBe(false)
    expect(hasHosts([of('a'), of('a'), of('b')])).toBe(true)
  })

  it('stands behind the project, and sorts', () => {
    expect(columns.some(({ key }) => key === 'host')).toBe(false)
    expect(columnsWithHost.map(({ key }) => key).slice(1, 3)).toEqual(['projectName', 'host'])
    expect(sortOf('-host')).toEqual({ key: 'host', isDown: true })
    expect(sorted([of('box-10'), of('box-9')], sortOf('host')).map(({ host }) => host)).toEqual([
      'box-9',
      'box-10',
    ])
  })
})
