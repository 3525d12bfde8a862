import type { Place } from './force-layout'

/* What one sees first, and how large names are written. A map of many projects fits a screen only so small that nobody
 * can read it: names are written larger then, as far as their cards have the room, and what does not fit so lies
 * outside, to be dragged into view. */

export interface Size {
  width: number
  height: number
}

export interface Viewport extends Place {
  zoom: number
}

/** As cards are laid out. */
export const CARD: Size = { width: 190, height: 58 }

/** Of the screen; what is written smaller is no help. */
const READABLE_PX = 12
/** Of the map: a name, as most see it, and as large as two lines of it fit on a card. */
const NAME_PX = 13
const MOST_NAME_PX = 26
const LEAST_ZOOM = READABLE_PX / MOST_NAME_PX
const MOST_ZOOM = 1.1
/** Of the plane, on each side. */
const PADDING = 0.05

/** All of it, in the middle; where that would be too small to read, its top, or what is around the one looked at. */
export function firstView(places: Place[], plane: Size, lookedAt?: Place): Viewport {
  const xs = places.map(({ x }) => x)
  const ys = places.map(({ y }) => y)
  const left = Math.min(...xs)
  const top = Math.min(...ys)
  const width = Math.max(...xs) - left + CARD.width
  const height = Math.max(...ys) - top + CARD.height
  const room = 1 - 2 * PADDING
  const fitting = Math.min((plane.width * room) / width, (plane.height * room) / height)
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, fitting))
  if (lookedAt !== undefined && fitting < zoom)
    return {
      zoom,
      x: plane.width / 2 - (lookedAt.x + CARD.width / 2) * zoom,
      y: plane.height / 2 - (lookedAt.y + CARD.height / 2) * zoom,
    }
  return {
    zoom,
    x: (plane.width - width * zoom) / 2 - left * zoom,
    y: Math.max(plane.height * PADDING, (plane.height - height * zoom) / 2) - top * zoom,
  }
}

/** How large a name is written on the map, so that it can be read at this zoom. In steps: each one lays out all cards
 * anew. */
export function nameSize(zoom: number): number {
  return Math.min(MOST_NAME_PX, Math.max(NAME_PX, Math.ceil(READABLE_PX / zoom)))
}

/** Names alone have the room. */
export function isCompact(zoom: number): boolean {
  return nameSize(zoom) > NAME_PX + 4
}
