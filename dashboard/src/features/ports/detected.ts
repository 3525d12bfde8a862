import type { PortUses } from '@/shared/lib/port-uses'

/* Pools as services already live: for each type the hundreds of ports in which they stand. One hundred is one type's,
 * that of most of them, so that no two pools are made of the same ports. */

const BLOCK = 100
/** As many ports as a pool must have left to give. */
const ROOM = 20
/** Of a type that has no two services in one hundred. */
const MOST_SINGLE = 3
const OTHER = 'other'

interface Placed {
  type: string
  externalPort: number
  host: string
}

export interface DetectedPool {
  type: string
  /** As the configuration has them: “3000-3099”. */
  ranges: string[]
  /** Different ports that services of the type have, and how many of them are in the ranges. */
  ports: number
  inside: number
  free: number
}

/** One for each type that has ports of its own; what would change nothing is left out. */
export function detectedPools(
  services: Placed[],
  pools: { type: string; ranges: string[] }[],
  uses: PortUses,
  host: string,
): DetectedPool[] {
  const ports = portsByType(services, new Set(pools.map(({ type }) => type)), uses, host)
  const owners = ownersOf(ports)
  return [...ports.keys()].sort().flatMap((type) => {
    const own = [...(ports.get(type) ?? [])]
    const ranges = rangesOf(ownBlocks(own, type, owners), owners, uses)
    const current = pools.find((pool) => pool.type === type)?.ranges ?? []
    if (ranges.length === 0 || ranges.join() === current.join()) return []
    const isInside = (port: number) => ranges.some((range) => isIn(range, port))
    return {
      type,
      ranges,
      ports: own.length,
      inside: own.filter(isInside).length,
      free: uses.free(ranges, Number.POSITIVE_INFINITY).length,
    }
  })
}

/** Only ports of this machine that may be given at all: not inside a container, nor the kernel's or refused ones. */
function portsByType(services: Placed[], types: Set<string>, uses: PortUses, host: string) {
  const ports = new Map<string, Set<number>>()
  for (const service of services) {
    const port = service.externalPort
    if (service.host !== host || port === 0) continue
    if ((['privileged', 'ephemeral', 'blocked'] as const).some((use) => uses.has(port, use))) continue
    const type = types.has(service.type) ? service.type : OTHER
    ports.set(type, (ports.get(type) ?? new Set()).add(port))
  }
  return ports
}

const blockOf = (port: number) => Math.floor(port / BLOCK)

function countBlocks(ports: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const port of ports) counts.set(blockOf(port), (counts.get(blockOf(port)) ?? 0) + 1)
  return counts
}

/** Whose each hundred is: that of most ports in it, and of as many the first by name. */
function ownersOf(ports: Map<string, Set<number>>): Map<number, string> {
  const best = new Map<number, { type: string; count: number }>()
  for (const type of [...ports.keys()].sort())
    for (const [block, count] of countBlocks(ports.get(type) ?? []))
      if (count > (best.get(block)?.count ?? 0)) best.set(block, { type, count })
  return new Map([...best].map(([block, { type }]) => [block, type]))
}

function ownBlocks(ports: number[], type: string, owners: Map<number, string>): number[] {
  const own = [...countBlocks(ports)]
    .filter(([block]) => owners.get(block) === type)
    .sort(([a], [b]) => a - b)
  const crowded = own.filter(([, count]) => count > 1)
  return (crowded.length > 0 ? crowded : own.slice(0, MOST_SINGLE)).map(([block]) => block)
}

/** Hundreds that follow on one another as one range; the last grows, into nobody's, until there is room. */
function rangesOf(blocks: number[], owners: Map<number, string>, uses: PortUses): string[] {
  const last = blocks.at(-1)
  if (last === undefined) return []
  const all = [...blocks]
  const isFull = () => uses.free(textOf(all), ROOM).length < ROOM
  for (let next = last + 1; isFull() && !owners.has(next) && uses.isFree(next * BLOCK); next += 1)
    all.push(next)
  return textOf(all)
}

function textOf(blocks: number[]): string[] {
  const spans: [first: number, last: number][] = []
  for (const block of blocks) {
    const open = spans.at(-1)
    if (open !== undefined && open[1] === block - 1) open[1] = block
    else spans.push([block, block])
  }
  return spans.map(([first, last]) => `${Math.max(first * BLOCK, 1024)}-${last * BLOCK + BLOCK - 1}`)
}

function isIn(range: string, port: number): boolean {
  const [first = 0, last = 0] = range.split('-').map(Number)
  return port >= first && port <= last
}
