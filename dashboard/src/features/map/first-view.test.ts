import { describe, expect, it } from 'vitest'
import { CARD, firstView, isCompact, nameSize } from './first-view'
import { layOut } from './force-layout'

const SCREENS = [
  { width: 1160, height: 700 },
  { width: 900, height: 580 },
  { width: 650, height: 840 },
]

const placesOf = (count: number) =>
  Object.values(
    layOut({ ids: Array.from({ length: count }, (_, index) => `p${index}`), links: [], known: {} }),
  )

describe('what one sees first', () => {
  it('is all of it where that can be read', () => {
    for (const plane of SCREENS) {
      const places = placesOf(14)
      const { x, y, zoom } = firstView(places, plane)
      for (const place of places) {
        expect(place.x * zoom + x).toBeGreaterThanOrEqual(0)
        expect(place.y * zoom + y).toBeGreaterThanOrEqual(0)
        expect((place.x + CARD.width) * zoom + x).toBeLessThanOrEqual(plane.width)
        expect((place.y + CARD.height) * zoom + y).toBeLessThanOrEqual(plane.height)
      }
    }
  })

  it('can be read however many there are, and begins at the top', () => {
    for (const plane of SCREENS)
      for (const count of [1, 14, 65, 300]) {
        const places = placesOf(count)
        const { y, zoom } = firstView(places, plane)
        expect(nameSize(zoom) * zoom, `${count} on ${plane.width}`).toBeGreaterThanOrEqual(12)
        expect(Math.min(...places.map((place) => place.y)) * zoom + y).toBeGreaterThanOrEqual(0)
      }
  })

  it('has the one that is looked at in its middle, where not all of it can be read', () => {
    const plane = { width: 900, height: 580 }
    const places = placesOf(300)
    const last = places[299] ?? { x: 0, y: 0 }
    const { x, y, zoom } = firstView(places, plane, last)
    expect((last.x + CARD.width / 2) * zoom + x).toBeCloseTo(plane.width / 2)
    expect((last.y + CARD.height / 2) * zoom + y).toBeCloseTo(plane.height / 2)
    expect(firstView(placesOf(4), plane, placesOf(4)[3])).toEqual(firstView(placesOf(4), plane))
  })
})

describe('names', () => {
  it('are no larger than their cards have room for, and take turns with what else is written there', () => {
    expect([2, 1, 0.92, 0.5, 0.1].map(nameSize)).toEqual([13, 13, 14, 24, 26])
    expect([1, 0.75, 0.5].map(isCompact)).toEqual([false, false, true])
  })
})
