import type { Shape } from '@/shared/api/client'
import { changeWord } from '@/shared/lib/change-word'

export type HistoryEntry = Shape<'HistoryEntry'>

/** A span of time, in ms since the epoch. */
export interface Span {
  from: number
  to: number
}

/** `zoom` of the address: “from-to”, both in s since the epoch. null: it says nothing. */
export function parseSpan(text: string): Span | null {
  const match = /^(\d{1,12})-(\d{1,12})$/.exec(text)
  if (match === null) return null
  const span = { from: Number(match[1]) * 1000, to: Number(match[2]) * 1000 }
  return span.from < span.to ? span : null
}

export function spanText(span: Span): string {
  return `${Math.floor(span.from / 1000)}-${Math.ceil(span.to / 1000)}`
}

/** Half of a span, or twice it, around its middle, inside of the whole; null: all of it. */
export function zoomed(span: Span, whole: Span, factor: number): Span | null {
  const length = (span.to - span.from) * factor
  if (length >= whole.to - whole.from) return null
  const middle = (span.from + span.to) / 2
  return inside({ from: middle - length / 2, to: middle + length / 2 }, whole)
}

/** As long, a share of its length earlier (negative) or later, inside of the whole. */
export function moved(span: Span, whole: Span, share: number): Span {
  const by = (span.to - span.from) * share
  return inside({ from: span.from + by, to: span.to + by }, whole)
}

function inside(span: Span, whole: Span): Span {
  const by = Math.max(0, whole.from - span.from) - Math.max(0, span.to - whole.to)
  return { from: span.from + by, to: span.to + by }
}

export function isWithin(time: string, span: Span | null): boolean {
  if (span === null) return true
  const at = Date.parse(time)
  return at >= span.from && at <= span.to
}

/** Words, a port, `project:` or `service:`; all must hold. */
export function isFound(entry: HistoryEntry, text: string): boolean {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .every((word) => holds(entry, word))
}

function holds(entry: HistoryEntry, word: string): boolean {
  if (/^\d{1,5}$/.test(word)) return entry.oldValue === word || entry.newValue === word
  if (word.startsWith('port:')) return holds(entry, word.slice(5))
  if (word.startsWith('project:'))
    return `${entry.projectId} ${entry.projectName ?? ''}`.toLowerCase().includes(word.slice(8))
  if (word.startsWith('service:')) return entry.serviceName.toLowerCase().includes(word.slice(8))
  return [
    entry.projectId,
    entry.projectName,
    entry.serviceName,
    changeWord(entry.changeType),
    entry.oldValue,
    entry.newValue,
  ].some((part) => part?.toLowerCase().includes(word))
}
