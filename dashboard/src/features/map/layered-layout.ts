import type { Place } from './force-layout'
import type { Surroundings } from './landscape'

/* One service in the middle, who points at it to the left, what it points at to the right: columns by distance,
 * each ordered by where its neighbours stand (the barycentre of Sugiyama's method), so that few lines cross. */

const COLUMN_WIDTH = 290
const ROW_HEIGHT = 92

export function layers(surroundings: Surroundings): Map<number, Place> {
  const columns = new Map<number, number[]>()
  for (const { service, level } of surroundings.services) {
    const column = columns.get(level)
    if (column === undefined) columns.set(level, [service.id])
    else column.push(service.id)
  }
  const neighbours = neighboursOf(surroundings)
  const places = new Map<number, Place>()
  const outwards = [...columns.keys()].sort((a, b) => Math.abs(a) - Math.abs(b) || a - b)
  for (const level of outwards) {
    const ordered = byBarycentre(columns.get(level) ?? [], neighbours, places)
    ordered.forEach((id, row) => {
      places.set(id, { x: level * COLUMN_WIDTH, y: (row - (ordered.length - 1) / 2) * ROW_HEIGHT })
    })
  }
  return places
}

function neighboursOf(surroundings: Surroundings): Map<number, number[]> {
  const neighbours = new Map<number, number[]>()
  const add = (a: number, b: number) => neighbours.set(a, [...(neighbours.get(a) ?? []), b])
  for (const link of surroundings.links) {
    add(Number(link.from), Number(link.to))
    add(Number(link.to), Number(link.from))
  }
  return neighbours
}

function byBarycentre(
  ids: number[],
  neighbours: Map<number, number[]>,
  places: Map<number, Place>,
): number[] {
  const middle = (id: number) => {
    const heights = (neighbours.get(id) ?? []).flatMap((near) => places.get(near)?.y ?? [])
    return heights.length === 0 ? 0 : heights.reduce((sum, y) => sum + y, 0) / heights.length
  }
  return [...ids].sort((a, b) => middle(a) - middle(b) || a - b)
}
