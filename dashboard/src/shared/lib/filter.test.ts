import { describe, expect, it } from 'vitest'
import type { ServiceRow } from '@/shared/api/service-row'
import { matches, parseFilter, toggleTerm } from './filter'

const service = {
  id: 7,
  projectId: 'shop/api',
  projectName: 'Store',
  serviceName: 'Web-Api',
  externalIP: '203.0.113.10',
  bind: '0.0.0.0',
  internalPort: 8080,
  externalPort: 3000,
  protocol: 'http',
  type: 'api',
  status: 'conflict',
  pinned: 'callback',
  tags: ['dev', 'eu'],
  host: 'box1',
  variant: 'prod',
} as unknown as ServiceRow

const holds = (text: string, health: ServiceRow['health'] = 'unknown') =>
  matches(parseFilter(text), { ...service, health })

describe('the filter language', () => {
  it('finds by every key, whatever the case', () => {
    for (const text of [
      'project:SHOP',
      'project:store',
      'store',
      'name:api',
      'service:api',
      'port:3000',
      'port:8080',
      'port:2999-3001',
      'ip:113.10',
      'ip:0.0.0.0',
      'protocol:http',
      'type:api',
      'tag:eu',
      'host:box1',
      'variant:prod',
      'is:conflict',
      'is:pinned',
      'web',
      'dev',
    ])
      expect([text, holds(text)]).toEqual([text, true])
  })

  it('wants every term, and turns those round that begin with a minus', () => {
    expect(holds('project:shop port:3000')).toBe(true)
    expect(holds('project:shop port:3001')).toBe(false)
    expect(holds('-port:3001 -tag:prod')).toBe(true)
    expect(holds('project:shop -tag:dev')).toBe(false)
    expect(holds('')).toBe(true)
  })

  it('takes a port for a number, not for a text', () => {
    expect(holds('port:300')).toBe(false)
    expect(holds('port:1-65535')).toBe(true)
  })

  it('knows health, and that unknown is not down', () => {
    expect(holds('is:down', 'down')).toBe(true)
    expect(holds('is:down', 'up')).toBe(false)
    expect(holds('is:unknown')).toBe(true)
    expect(holds('-is:up')).toBe(true)
  })

  it('finds nothing that has a tag by “tag:”, but all by it', () => {
    expect(holds('tag:')).toBe(true)
    expect(holds('-tag:')).toBe(false)
  })

  it('says what it does not understand, and leaves it out', () => {
    expect(parseFilter('prot:1 is:well port:x port:9-1 port:70000 web').mistakes).toHaveLength(5)
    expect(parseFilter('prot:1 web').terms).toHaveLength(1)
    expect(holds('prot:1 web')).toBe(true)
  })

  it('puts a term in, and takes it out again', () => {
    expect(toggleTerm('project:shop', 'is:down')).toBe('project:shop is:down')
    expect(toggleTerm(' project:shop  is:down', 'is:down')).toBe('project:shop')
    expect(toggleTerm('', 'is:down')).toBe('is:down')
  })
})
