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
  if (word.startsWith('project:')) return entry.projectId.toLowerCase().includes(word.slice(8))
  if (word.startsWith('service:')) return entry.serviceName.toLowerCase().includes(word.slice(8))
  return [
    entry.projectId,
    entry.serviceName,
    changeWord(entry.changeType),
    entry.oldValue,
    entry.newValue,
  ].some((part) => part?.toLowerCase().includes(word))
}
