import { describe, expect, it } from 'vitest'
import { PortUses } from '@/shared/lib/port-uses'
import { countFree, kindOf, moveBy, portAt, readSpan, spanBetween } from './grid'

describe('the map of ports', () => {
  it('has 256 ports in a row', () => {
    expect(portAt(0, 0, 512, 512)).toBeNull()
    expect(portAt(3, 0, 512, 512)).toBe(1)
    expect(portAt(511, 511, 512, 512)).toBe(65_535)
    expect(portAt(0, 2, 512, 512)).toBe(256)
    expect(portAt(-1, 0, 512, 512)).toBeNull()
    expect(portAt(1, 1, 0, 0)).toBeNull()
  })
  it('is walked by keys, and never left', () => {
    expect(moveBy('ArrowRight', 3000)).toBe(3001)
    expect(moveBy('ArrowDown', 3000)).toBe(3256)
    expect(moveBy('ArrowUp', 100)).toBe(1)
    expect(moveBy('PageDown', 65_000)).toBe(65_535)
    expect(moveBy('Home', 3000)).toBe(1)
    expect(moveBy('End', 3000)).toBe(65_535)
    expect(moveBy('a', 3000)).toBeNull()
  })
  it('shows the worst of a port', () => {
    expect(kindOf(['declared', 'conflict', 'listening'])).toBe('conflict')
    expect(kindOf(['declared', 'listening'])).toBe('held')
    expect(kindOf(['leased', 'listening'])).toBe('leased')
    expect(kindOf(['ephemeral'])).toBe('kept')
    expect(kindOf([])).toBe('free')
  })
})

describe('ranges', () => {
  it('may be dragged either way', () => {
    expect(spanBetween(4000, 3000)).toEqual({ first: 3000, last: 4000 })
  })
  it('are read from the address, and only what can be', () => {
    expect(readSpan('3000-3999')).toEqual({ first: 3000, last: 3999 })
    expect(readSpan('3000')).toEqual({ first: 3000, last: 3000 })
    for (const text of ['', '0-5', '4000-3000', '1-65536', 'x', '-5']) expect(readSpan(text)).toBeNull()
  })
  it('count what is free', () => {
    const uses = new PortUses([
      { first: 1, last: 2999, is: [] },
      { first: 3000, last: 3004, is: ['declared'] },
      { first: 3005, last: 65_535, is: [] },
    ])
    expect(countFree(uses, { first: 2999, last: 3006 })).toBe(3)
  })
})
