import type { Shape } from '@/shared/api/client'

/** A port nearby that nobody is known to have: in the pool of its type, else behind where it is. The plan
 * is what decides; this is only a proposal. Null: there is none. */
export function nextFree(
  now: number,
  type: string,
  held: Shape<'HeldPort'>[],
  pools: Shape<'Pool'>[],
): number | null {
  const taken = new Set(held.map(({ port }) => port))
  const pool = pools.find((candidate) => candidate.type === type)
  const ranges = (pool?.ranges ?? []).map(rangeOf)
  const here = ranges.find(([first, last]) => now >= first && now <= last)
  for (const [first, last] of here === undefined ? ranges : [[now + 1, here[1]] as const, ...ranges])
    for (let port = first; port <= last; port += 1) if (!taken.has(port)) return port
  for (let port = Math.max(now + 1, 1024); port <= 65_535; port += 1) if (!taken.has(port)) return port
  return null
}

/** “3000-3999”, or “3000”. */
function rangeOf(text: string): readonly [first: number, last: number] {
  const [first, last] = text.split('-').map(Number)
  return [first ?? 0, last ?? first ?? 0]
}
