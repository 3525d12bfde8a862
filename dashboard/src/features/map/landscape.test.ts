import { describe, expect, it } from 'vitest'
import {
  filtered,
  groupName,
  landscapeOf,
  type MapService,
  type Reference,
  surroundingsOf,
} from './landscape'

const service = (id: number, projectId: string, externalPort = 0, status = 'inactive'): MapService =>
  ({
    id,
    projectId,
    serviceName: projectId.split('/').at(-1) ?? projectId,
    host: 'box',
    type: 'web',
    protocol: 'http',
    internalPort: externalPort,
    externalPort,
    status,
  }) as MapService

const reference = (from: number | null, to: number | null, projectId = 'shop'): Reference =>
  ({
    from,
    to,
    projectId,
    endpoint: 'localhost:1',
    file: `${projectId}/.env`,
    line: 1,
    confidence: 0.9,
  }) as Reference

const graph = {
  nodes: [
    service(1, 'shop/apps/web', 3000),
    service(2, 'shop/apps/api', 8080, 'conflict'),
    service(3, 'ledger', 9000, 'active'),
    service(4, 'alone', 7000),
    service(5, 'stock', 9100),
  ],
  edges: [
    reference(1, 2),
    reference(2, 3),
    reference(1, 3),
    reference(3, 5, 'ledger'),
    reference(null, 3, 'shop'),
    reference(3, null, 'ledger'),
  ],
}

describe('the landscape', () => {
  it('calls a group what the configuration calls the project of its folder', () => {
    const named = { ...service(6, 'shop', 3001), projectName: 'The shop' }
    const other = { ...service(7, 'ledger/apps/web', 3002), projectName: 'Ledger web' }
    const { groups } = landscapeOf({ nodes: [service(1, 'shop/apps/web'), named, other], edges: [] })
    expect(groups.map(({ name }) => name)).toEqual(['ledger', 'The shop'])
    expect(
      filtered(landscapeOf({ nodes: [other], edges: [] }), {
        text: 'ledger web',
        hideIsolated: false,
        hidden: [],
      }).groups,
    ).toHaveLength(1)
  })

  it('puts workspaces of one folder into one group', () => {
    const { groups } = landscapeOf(graph)
    expect(groups.map((group) => group.name)).toEqual(['alone', 'ledger', 'shop', 'stock'])
    expect(groups.find((group) => group.name === 'shop')?.services).toHaveLength(2)
    expect(groupName('a/b/c')).toBe('a')
  })

  it('joins references between two groups, and leaves out those within one', () => {
    const { links, unanswered } = landscapeOf(graph)
    expect(links.map((link) => [link.id, link.references.length])).toEqual([
      ['box:shop→box:ledger', 3],
      ['box:ledger→box:stock', 1],
    ])
    expect(unanswered).toHaveLength(1)
  })

  it('counts what needs attention', () => {
    const shop = landscapeOf(graph).groups.find((group) => group.name === 'shop')
    expect([shop?.conflicts, shop?.active]).toEqual([1, 0])
  })
})

describe('the filter', () => {
  const all = { text: '', hideIsolated: false, hidden: [] }

  it('keeps neighbours of what matches', () => {
    const names = filtered(landscapeOf(graph), { ...all, text: '9100' }).groups.map((group) => group.name)
    expect(names).toEqual(['ledger', 'stock'])
  })

  it('hides who has no link, and who is named', () => {
    const landscape = landscapeOf(graph)
    expect(
      filtered(landscape, { ...all, hideIsolated: true }).groups.map((group) => group.name),
    ).not.toContain('alone')
    const without = filtered(landscape, { ...all, hidden: ['ledger'] })
    expect(without.groups).toHaveLength(3)
    expect(without.links).toHaveLength(0)
  })

  it('finds nothing where nothing matches', () => {
    expect(filtered(landscapeOf(graph), { ...all, text: 'no such' }).groups).toEqual([])
  })
})

describe('the surroundings of a service', () => {
  const levels = (id: number, depth: 1 | 2 | 3) =>
    Object.fromEntries(surroundingsOf(graph, id, depth).services.map((one) => [one.service.id, one.level]))

  it('are who points at it and what it points at, as far as the depth goes', () => {
    expect(levels(3, 1)).toEqual({ 1: -1, 2: -1, 3: 0, 5: 1 })
    expect(levels(5, 1)).toEqual({ 3: -1, 5: 0 })
    expect(levels(5, 2)).toEqual({ 1: -2, 2: -2, 3: -1, 5: 0 })
  })

  it('is itself alone where nothing is around it', () => {
    expect(levels(4, 3)).toEqual({ 4: 0 })
    expect(surroundingsOf(graph, 99, 1).services).toEqual([])
  })

  it('ends on circles', () => {
    const circle = { nodes: graph.nodes, edges: [reference(1, 2), reference(2, 1), reference(2, 2)] }
    expect(surroundingsOf(circle, 1, 3).services).toHaveLength(2)
    expect(surroundingsOf(circle, 1, 3).links.map((link) => link.id)).toEqual(['1→2', '2→1'])
  })
})
