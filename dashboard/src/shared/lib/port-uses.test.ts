import { describe, expect, it } from 'vitest'
import { PortUses, spanOf, wordsFor } from './port-uses'

const uses = new PortUses([
  { first: 1, last: 1023, is: ['privileged'] },
  { first: 1024, last: 2999, is: [] },
  { first: 3000, last: 3001, is: ['declared', 'conflict'] },
  { first: 3002, last: 3002, is: [] },
  { first: 3003, last: 3003, is: ['blocked'] },
  { first: 3004, last: 32_767, is: [] },
  { first: 32_768, last: 65_535, is: ['ephemeral'] },
])

describe('uses of ports', () => {
  it('knows the ends of every run', () => {
    expect(uses.of(1023)).toEqual(['privileged'])
    expect(uses.of(1024)).toEqual([])
    expect(uses.of(3001)).toEqual(['declared', 'conflict'])
    expect(uses.of(65_535)).toEqual(['ephemeral'])
  })
  it('gives away nothing that anybody has or minds', () => {
    expect([80, 3000, 3003, 40_000, 0, 65_536].map((port) => uses.isFree(port))).toEqual(
      Array.from({ length: 6 }, () => false),
    )
    expect(uses.isFree(3002)).toBe(true)
  })
  it('finds free ports in the order of the ranges', () => {
    expect(uses.free(['3000-3999'], 3)).toEqual([3002, 3004, 3005])
    expect(uses.free(['3000-3002', '2999'], 5)).toEqual([3002, 2999])
  })
  it('begins where it is told to, and goes round', () => {
    expect(uses.free(['3000-3006'], 4, 3005)).toEqual([3005, 3006, 3002, 3004])
  })
  it('finds nothing in a pool that is full', () => {
    expect(uses.free(['3000-3001'], 1)).toEqual([])
  })
})

it('reads ranges and single ports', () => {
  expect(spanOf('3000-3999')).toEqual([3000, 3999])
  expect(spanOf('3000')).toEqual([3000, 3000])
})

it('has words for a port', () => {
  expect(wordsFor([])).toBe('free')
  expect(wordsFor(['declared', 'listening'])).toBe('declared, listening')
})
