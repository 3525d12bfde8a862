import { describe, expect, it } from 'vitest'
import { layOut } from './force-layout'
import { layers } from './layered-layout'

const ids = Array.from({ length: 60 }, (_, index) => `box:${index}`)
const links = ids.slice(1).map((id, index) => ({ source: ids[index % 7] as string, target: id, weight: 1 }))

describe('places of groups', () => {
  it('are the same each time', () => {
    expect(layOut({ ids, links, known: {} })).toEqual(layOut({ ids, links, known: {} }))
  })

  it('lie apart', () => {
    const places = Object.values(layOut({ ids, links, known: {} }))
    for (const [index, a] of places.entries())
      for (const b of places.slice(index + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(150)
  })

  it('stay where they are when another group comes', () => {
    const known = layOut({ ids, links, known: {} })
    const after = layOut({ ids: [...ids, 'box:new'], links, known })
    for (const id of ids) expect(after[id]).toEqual(known[id])
    expect(after['box:new']).toBeDefined()
  })

  it('of groups without links are rows below those that have some, and stay as well', () => {
    const task = {
      ids: ['a', 'b', 'c', 'd', 'e'],
      links: [{ source: 'a', target: 'b', weight: 1 }],
      known: {},
    }
    const places = layOut(task)
    const lowest = Math.max(places.a?.y ?? 0, places.b?.y ?? 0)
    for (const id of ['c', 'd', 'e']) expect(places[id]?.y).toBeGreaterThan(lowest + 100)
    expect(new Set(Object.values(places).map(({ x, y }) => `${x} ${y}`)).size).toBe(5)
    const after = layOut({ ...task, ids: ['new', ...task.ids], known: places })
    for (const id of task.ids) expect(after[id]).toEqual(places[id])
    expect(Object.values(places)).not.toContainEqual(after.new)
  })

  it('of groups without links are clear of each other however many come', () => {
    const names = Array.from({ length: 24 }, (_, index) => `alone:${index}`)
    let known: ReturnType<typeof layOut> = {}
    for (const length of names.keys()) {
      const places = layOut({ ids: names.slice(0, length + 1), links: [], known })
      expect(places).toMatchObject(known)
      const all = Object.values(places)
      for (const [index, a] of all.entries())
        for (const b of all.slice(index + 1))
          expect(Math.abs(a.x - b.x) >= 214 || Math.abs(a.y - b.y) >= 96, `${length + 1} groups`).toBe(true)
      known = places
    }
  })

  it('pay no attention to links of groups that are not shown', () => {
    expect(
      Object.keys(layOut({ ids: ['a'], links: [{ source: 'a', target: 'b', weight: 1 }], known: {} })),
    ).toEqual(['a'])
  })
})

describe('layers', () => {
  it('go from left to right by distance, the one looked at in the middle', () => {
    const services = [-1, 0, 1, 1].map((level, index) => ({ service: { id: index + 1 }, level }))
    const places = layers({ services, links: [] } as unknown as Parameters<typeof layers>[0])
    expect(places.get(2)).toEqual({ x: 0, y: 0 })
    expect(places.get(1)?.x).toBeLessThan(0)
    expect(places.get(3)?.x).toBe(places.get(4)?.x)
    expect(places.get(3)?.y).not.toBe(places.get(4)?.y)
  })
})
