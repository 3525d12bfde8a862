import {
  forceCenter,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from 'd3-force'

/* Where project groups stand. Run to its end before anything is drawn, so that nothing ever moves by itself;
 * d3-force draws its random numbers from a fixed seed: one landscape gives one picture. */

export interface Place {
  x: number
  y: number
}

export interface ForceTask {
  ids: string[]
  links: { source: string; target: string; weight: number }[]
  /** Where groups stand already; they stay there. */
  known: Record<string, Place>
}

interface Body extends SimulationNodeDatum {
  id: string
}

const STEPS = 240
const GROUP_RADIUS = 110
/** Of a card without links, with the room around it. */
const CELL = { width: 214, height: 96 }
/** A canvas is about so many times as wide as high. */
const SCREEN = 1.6

/** Who has links stands by them; who has none, in rows below, close enough to be read. */
export function layOut(task: ForceTask): Record<string, Place> {
  const present = new Set(task.ids)
  const links = task.links.filter((link) => present.has(link.source) && present.has(link.target))
  const linked = new Set(links.flatMap(({ source, target }) => [source, target]))
  const places = layOutLinked(
    task.ids.filter((id) => linked.has(id)),
    links,
    task.known,
  )
  return {
    ...places,
    ...inRows(
      task.ids.filter((id) => !linked.has(id)),
      Object.values(places),
      task.known,
    ),
  }
}

function layOutLinked(
  ids: string[],
  links: ForceTask['links'],
  known: ForceTask['known'],
): Record<string, Place> {
  const bodies: Body[] = ids.map((id) => {
    const place = known[id]
    return place === undefined ? { id } : { id, ...place, fx: place.x, fy: place.y }
  })
  if (bodies.some((body) => body.fx === undefined)) {
    forceSimulation(bodies)
      .force(
        'link',
        forceLink<Body, { source: string; target: string; weight: number }>(
          links.map((link) => ({ ...link })),
        )
          .id((body) => body.id)
          .distance(230)
          .strength((link) => 0.15 + 0.1 * Math.min(link.weight, 5)),
      )
      .force('charge', forceManyBody().strength(-900))
      .force('collide', forceCollide(GROUP_RADIUS))
      .force('x', forceX(0).strength(0.06))
      .force('y', forceY(0).strength(0.11)) // screens are wider than high
      .force('center', forceCenter(0, 0).strength(Object.keys(known).length > 0 ? 0 : 1))
      .stop()
      .tick(STEPS)
  }
  return Object.fromEntries(
    bodies.map((body) => [body.id, { x: Math.round(body.x ?? 0), y: Math.round(body.y ?? 0) }]),
  )
}

function inRows(ids: string[], above: Place[], known: ForceTask['known']): Record<string, Place> {
  const xs = above.map(({ x }) => x)
  const columns = Math.max(1, Math.min(ids.length, columnsFor(ids.length, above)))
  const left =
    above.length === 0
      ? -(columns - 1) * (CELL.width / 2)
      : (Math.min(...xs) + Math.max(...xs) - (columns - 1) * CELL.width) / 2
  const top = above.length === 0 ? 0 : Math.max(...above.map(({ y }) => y)) + 2 * CELL.height
  // Of all that stand, shown or not: the rows of another number of groups begin elsewhere, so that a slot may lie
  // across two of them.
  const standing = [...above, ...Object.values(known)]
  let slot = 0
  const next = (): Place => {
    for (;;) {
      const place = {
        x: Math.round(left + (slot % columns) * CELL.width),
        y: Math.round(top + Math.floor(slot / columns) * CELL.height),
      }
      slot += 1
      if (!standing.some((one) => isOn(one, place))) return place
    }
  }
  return Object.fromEntries(ids.map((id) => [id, known[id] ?? next()]))
}

/** As few as make the whole picture, with what stands above, as wide as a screen is. */
function columnsFor(count: number, above: Place[]): number {
  const ys = above.map(({ y }) => y)
  const high = above.length === 0 ? 0 : Math.max(...ys) - Math.min(...ys) + 2 * CELL.height
  let columns = 1
  while (columns * CELL.width < SCREEN * (high + Math.ceil(count / columns) * CELL.height)) columns += 1
  return columns
}

function isOn(a: Place, b: Place): boolean {
  return Math.abs(a.x - b.x) < CELL.width && Math.abs(a.y - b.y) < CELL.height
}
