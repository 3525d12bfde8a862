import { describe, expect, it } from 'vitest'
import {
  bySeverity,
  type Claimant,
  type Conflict,
  canBeResolved,
  isMeant,
  moveOf,
  offers,
  suggestionFor,
} from './claims'

const claimant = (over: Partial<Claimant>): Claimant => ({
  serviceId: 1,
  projectId: 'shop',
  serviceName: 'web',
  file: 'shop/.env',
  line: 3,
  bind: '',
  variant: '',
  profiles: '',
  command: '',
  ...over,
})
const conflict = (over: Partial<Conflict>): Conflict => ({
  id: 'tcp-3000',
  port: 3000,
  transport: 'tcp',
  host: 'box',
  severity: 'error',
  claimants: [claimant({}), claimant({ serviceId: 2, projectId: 'blog' })],
  reason: 'both',
  suggestion: null,
  suggestions: [],
  stuck: null,
  ...over,
})

describe('finding a conflict', () => {
  it('looks at port, project, service and file', () => {
    for (const text of ['3000', 'blog', 'WEB', '.env', 'shop 3000', ''])
      expect(isMeant(conflict({}), text)).toBe(true)
  })
  it('wants every word', () => {
    expect(isMeant(conflict({}), 'shop 3001')).toBe(false)
  })
})

it('puts the worst first, and leaves out what is empty', () => {
  const groups = bySeverity([
    conflict({ id: 'a', severity: 'note' }),
    conflict({ id: 'b' }),
    conflict({ id: 'c', severity: 'note' }),
  ])
  expect(groups.map(([severity, list]) => [severity, list.length])).toEqual([
    ['error', 1],
    ['note', 2],
  ])
})

it('resolves no notes', () => {
  expect(canBeResolved([conflict({}), conflict({ severity: 'note' })])).toHaveLength(1)
})

it('takes nothing but a service and a port for a move', () => {
  expect(moveOf(4, 3001)).toEqual({ serviceId: 4, port: 3001 })
  expect(moveOf(4, undefined)).toBeNull()
  expect(moveOf('4', 3001)).toBeNull()
})

it('has a place for each that has to move, and none for who stays', () => {
  const suggestions = [
    { serviceId: 2, port: 3001 },
    { serviceId: 3, port: 3002 },
  ]
  const contested = conflict({ suggestion: { serviceId: 2, port: 3001 }, suggestions })
  const places = [1, 2, 3].map((serviceId) => suggestionFor(contested, claimant({ serviceId })))
  expect(places).toEqual([null, 3001, 3002])
})

it('offers what is suggested first, and nothing twice', () => {
  expect(offers(3002, [3001, 3002, 3003], 3)).toEqual([3002, 3001, 3003])
  expect(offers(null, [3001, 3002, 3003], 2)).toEqual([3001, 3002])
})
