import type { Shape } from '@/shared/api/client'

/* What each of the 65,535 ports is, as the API's runs say, one number of bits for each port. */

const USES = [
  'declared',
  'conflict',
  'listening',
  'leased',
  'pinned',
  'privileged',
  'ephemeral',
  'reserved',
  'blocked',
] as const
export type Use = (typeof USES)[number]

export const LAST_PORT = 65_535

const BIT = Object.fromEntries(USES.map((use, index) => [use, 1 << index])) as Record<Use, number>

/** What somebody has, and what nobody is given. */
const HELD = BIT.declared | BIT.listening | BIT.leased
const KEPT = BIT.privileged | BIT.ephemeral | BIT.reserved | BIT.blocked

export class PortUses {
  readonly bits = new Uint16Array(LAST_PORT + 1)

  constructor(runs: Shape<'PortRun'>[]) {
    for (const run of runs) {
      const bits = run.is.reduce((sum, use) => sum | BIT[use as Use], 0)
      this.bits.fill(bits, run.first, run.last + 1)
    }
  }

  has(port: number, use: Use): boolean {
    return ((this.bits[port] ?? 0) & BIT[use]) !== 0
  }

  of(port: number): Use[] {
    return USES.filter((use) => this.has(port, use))
  }

  isHeld(port: number): boolean {
    return ((this.bits[port] ?? 0) & HELD) !== 0
  }

  /** It could be given away: nobody has it, and neither the kernel nor browsers mind. */
  isFree(port: number): boolean {
    return port > 0 && port <= LAST_PORT && ((this.bits[port] ?? KEPT) & (HELD | KEPT)) === 0
  }

  /** The first free ports of some ranges (“3000-3999”), in their order; `from` on, then round. */
  free(ranges: string[], most: number, from = 0): number[] {
    const found: number[] = []
    const spans = ranges.map(spanOf)
    for (const [least, greatest] of [
      [from, LAST_PORT],
      [0, from - 1],
    ] as const)
      for (const [first, last] of spans)
        for (let port = Math.max(first, least); port <= Math.min(last, greatest); port += 1) {
          if (found.length === most) return found
          if (this.isFree(port)) found.push(port)
        }
    return found
  }
}

/** “3000-3999”, or “3000”. */
export function spanOf(text: string): [first: number, last: number] {
  const [first, last] = text.split('-').map(Number)
  return [first ?? 0, last ?? first ?? 0]
}

/** Words for a port, for people and for screen readers. */
export function wordsFor(uses: Use[]): string {
  if (uses.length === 0) return 'free'
  return uses.join(', ')
}
