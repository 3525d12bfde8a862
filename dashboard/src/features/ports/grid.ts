import type { PortUses, Use } from '@/shared/lib/port-uses'
import { LAST_PORT } from '@/shared/lib/port-uses'

/* The map of all ports: 256 columns, 256 rows, port 0 (which nobody has) at the top left. */

export const COLUMNS = 256

export type Kind = 'conflict' | 'held' | 'listening' | 'leased' | 'kept' | 'free'

/** What a port is first of all: the colour of its cell. */
export function kindOf(uses: Use[]): Kind {
  if (uses.includes('conflict')) return 'conflict'
  if (uses.includes('declared')) return 'held'
  if (uses.includes('leased')) return 'leased'
  if (uses.includes('listening')) return 'listening'
  if (uses.length > 0 && uses.some((use) => use !== 'pinned')) return 'kept'
  return 'free'
}

/** Which port stands at a place of the canvas; null: none does. */
export function portAt(x: number, y: number, width: number, height: number): number | null {
  if (width <= 0 || height <= 0) return null
  const column = Math.floor((x / width) * COLUMNS)
  const row = Math.floor((y / height) * COLUMNS)
  if (column < 0 || column >= COLUMNS || row < 0 || row >= COLUMNS) return null
  const port = row * COLUMNS + column
  return port === 0 ? null : port
}

const STEPS: Record<string, number> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
  PageUp: -COLUMNS * 16,
  PageDown: COLUMNS * 16,
}

/** Where a key leads to from a port; null: it is no key of the map. */
export function moveBy(key: string, port: number): number | null {
  if (key === 'Home') return 1
  if (key === 'End') return LAST_PORT
  const step = STEPS[key]
  return step === undefined ? null : Math.min(LAST_PORT, Math.max(1, port + step))
}

export interface Span {
  first: number
  last: number
}

export function spanBetween(a: number, b: number): Span {
  return { first: Math.min(a, b), last: Math.max(a, b) }
}

/** “3000-3999” of the address; null: it says nothing that can be. */
export function readSpan(text: string): Span | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  if (match === null) return null
  const first = Number(match[1])
  const last = Number(match[2] ?? match[1])
  return first >= 1 && last <= LAST_PORT && first <= last ? { first, last } : null
}

export function countFree(uses: PortUses, { first, last }: Span): number {
  let free = 0
  for (let port = first; port <= last; port += 1) if (uses.isFree(port)) free += 1
  return free
}
