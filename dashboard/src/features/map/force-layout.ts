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

export function layOut(task: ForceTask): Record<string, Place> {
  const present = new Set(task.ids)
  const bodies: Body[] = task.ids.map((id) => {
    const place = task.known[id]
    return place === undefined ? { id } : { id, ...place, fx: place.x, fy: place.y }
  })
  if (bodies.some((body) => body.fx === undefined)) {
    forceSimulation(bodies)
      .force(
        'link',
        forceLink<Body, { source: string; target: string; weight: number }>(
          task.links
            .filter((link) => present.has(link.source) && present.has(link.target))
            .map((link) => ({ ...link })),
        )
          .id((body) => body.id)
          .distance(230)
          .strength((link) => 0.15 + 0.1 * Math.min(link.weight, 5)),
      )
      .force('charge', forceManyBody().strength(-900))
      .force('collide', forceCollide(GROUP_RADIUS))
      .force('x', forceX(0).strength(0.06))
      .force('y', forceY(0).strength(0.11)) // screens are wider than high
      .force('center', forceCenter(0, 0).strength(Object.keys(task.known).length > 0 ? 0 : 1))
      .stop()
      .tick(STEPS)
  }
  return Object.fromEntries(
    bodies.map((body) => [body.id, { x: Math.round(body.x ?? 0), y: Math.round(body.y ?? 0) }]),
  )
}
