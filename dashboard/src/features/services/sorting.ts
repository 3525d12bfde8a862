import { type ColumnKey, columnsWithHost, type Service } from './columns'

/* Thousands of rows, of which hundreds change each second: an order is worked out anew only when what it goes by
 * has changed. Else the rows that changed take the places of those that they were. */

export interface Sort {
  key: ColumnKey
  isDown: boolean
}

/** `externalPort`, or `-externalPort` for the other way round: as the API's `sort`. */
export function sortOf(text: string): Sort {
  const isDown = text.startsWith('-')
  const name = isDown ? text.slice(1) : text
  return { key: columnsWithHost.find(({ key }) => key === name)?.key ?? 'serviceName', isDown }
}

export function sortText({ key, isDown }: Sort): string {
  return isDown ? `-${key}` : key
}

const STATUS_ORDER = { conflict: 0, inactive: 1, active: 2 }
const PORTS = new Set<ColumnKey>(['externalPort', 'internalPort'])

/** What a service is sorted by; texts so that “web-10” comes behind “web-9”. */
function rankOf(service: Service, key: ColumnKey): string | number {
  if (key === 'status') return STATUS_ORDER[service.status]
  const value = service[key]
  if (typeof value === 'number' || key === 'lastUpdated') return value
  return textRank(value)
}

/** Few texts stand in thousands of rows, and each is ranked again with every change. */
const textRanks = new Map<string, string>()
const MOST_RANKS = 50_000

function textRank(text: string): string {
  const known = textRanks.get(text)
  if (known !== undefined) return known
  const rank = text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(10, '0'))
  if (textRanks.size >= MOST_RANKS) textRanks.clear()
  textRanks.set(text, rank)
  return rank
}

/** A service without a port stands behind all that have one, whichever way they are sorted; equals stay in the order
 * in which they came. */
export function sorted(services: Service[], { key, isDown }: Sort): Service[] {
  const isPort = PORTS.has(key)
  const ranked = services.map((service) => ({ service, rank: rankOf(service, key) }))
  const turn = isDown ? -1 : 1
  ranked.sort((a, b) => {
    if (a.rank === b.rank) return 0
    if (isPort && (a.rank === 0 || b.rank === 0)) return a.rank === 0 ? 1 : -1
    return a.rank < b.rank ? -turn : turn
  })
  return ranked.map(({ service }) => service)
}

/** Sorts again and again, and remembers the last time. */
export class Sorter {
  #before: { text: string; list: Service[]; sorted: Service[] } | null = null

  sort(list: Service[], sort: Sort): Service[] {
    const text = sortText(sort)
    if (this.#before?.list === list && this.#before.text === text) return this.#before.sorted
    const order = this.#orderOfBefore(list, text, sort.key) ?? sorted(list, sort)
    this.#before = { text, list, sorted: order }
    return order
  }

  /** Null: the order is another, or may be. */
  #orderOfBefore(list: Service[], text: string, key: ColumnKey): Service[] | null {
    const before = this.#before
    if (before === null || before.text !== text || before.list.length !== list.length) return null
    const changed = new Map<number, Service>()
    for (let index = 0; index < list.length; index += 1) {
      const was = before.list[index]
      const is = list[index]
      if (was === is) continue
      if (was === undefined || is === undefined || was.id !== is.id || rankOf(was, key) !== rankOf(is, key))
        return null
      changed.set(is.id, is)
    }
    return before.sorted.map((service) => changed.get(service.id) ?? service)
  }
}
