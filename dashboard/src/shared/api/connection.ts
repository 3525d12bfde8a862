import { useSyncExternalStore } from 'react'

/* Whether the server is there, and how old what is shown may be. One state for the whole page, written by
 * the event stream only. */

export interface Connection {
  state: 'connecting' | 'live' | 'away'
  /** The server is there, and cannot reach its registry: what it answers is of before. */
  absence: Absence | null
  /** When something came last, heartbeats too; ms since the epoch. */
  heardAt: number
}

export interface Absence {
  /** Ms since the epoch. */
  since: number
  reason: string
}

let connection: Connection = { state: 'connecting', absence: null, heardAt: Date.now() }
const listeners = new Set<() => void>()

function publish(next: Connection) {
  const isSeen = next.state !== connection.state || next.absence !== connection.absence
  connection = next
  // The time alone is read when somebody draws it; only a change of state is news.
  if (isSeen) for (const listener of listeners) listener()
}

export function connectionHeard() {
  publish({ ...connection, state: 'live', heardAt: Date.now() })
}

export function connectionLost() {
  publish({ ...connection, state: 'away' })
}

export function registryLost(absence: Absence) {
  publish({ ...connection, absence })
}

export function registryFound() {
  publish({ ...connection, absence: null })
}

export function currentConnection(): Connection {
  return connection
}

export function useConnection(): Connection {
  return useSyncExternalStore(subscribe, currentConnection)
}

/** Changes can be asked for only while the server is there. */
export function useIsAway(): boolean {
  return useSyncExternalStore(subscribe, () => connection.state === 'away')
}

export function useAbsence(): Absence | null {
  return useSyncExternalStore(subscribe, () => connection.absence)
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
