import type { Shape } from '@/shared/api/client'
import type { Service } from './columns'

const LAST_PORT = 65_535

/** New ports from `first` on, in the order given, over what somebody has; who finds none is left out. Ports that
 * the services leave are not given out again: what is still bound there would be in the way. */
export function movesFrom(services: Service[], first: number, held: Shape<'HeldPort'>[]): Shape<'Move'>[] {
  const taken = new Set(held.map(({ port }) => port))
  const moves: Shape<'Move'>[] = []
  let port = first
  for (const service of services) {
    while (taken.has(port)) port += 1
    if (port > LAST_PORT) break
    moves.push({ serviceId: service.id, port })
    port += 1
  }
  return moves
}
