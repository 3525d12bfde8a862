import { type QueryClient, type QueryKey, replaceEqualDeep } from '@tanstack/react-query'
import type { Shape } from './client'
import { connectionHeard, connectionLost, registryFound, registryLost } from './connection'
import { EventStream, type StreamEvent } from './event-stream'
import { problemOf } from './problem'
import { keys } from './queries'
import { rowOf, type ServiceRow } from './service-row'
import { onTokenChange } from './session'

/* The one place where the event stream changes what is shown. Services come with their events and are put
 * into the list as they are; of everything else an event only says that it is old. Both are gathered and done
 * in one go, however many come: 500 a second make ten changes of the list, not 500. */

const GATHER_MS = 100
const REFETCH_MS = 750

/** What is old after an event whose name begins so. */
const OLD_AFTER: [prefix: string, old: QueryKey[]][] = [
  ['service.', [keys.network, keys.ports, keys.portUse, keys.pools, keys.graph, ['findings']]],
  ['service.created', [['health']]],
  ['service.removed', [['health']]],
  ['conflict.', [keys.conflicts, keys.portUse, keys.network]],
  ['scan.', [keys.roots, keys.conflicts, keys.network, keys.graph, keys.addresses, ['findings']]],
  [
    'transaction.',
    [keys.transactions, keys.addresses, keys.network, ['history'], ['analytics'], ['findings']],
  ],
  ['root.', [keys.roots, keys.network, keys.graph]],
  ['lease.', [keys.leases, keys.ports, keys.portUse, keys.pools]],
  ['job.', [keys.jobs]],
  ['ip.', [keys.network, keys.addresses, ['sources']]],
  ['source.', [keys.network, ['sources']]],
  ['health.', [['health'], keys.network]],
  ['incident.', [['health'], keys.network]],
  ['token.', [keys.tokens]],
  ['config.', [keys.config, keys.roots, keys.pools, keys.portUse, keys.network, keys.channels]],
  ['notify.', [keys.channels]],
]

export interface LiveOptions {
  /** Called when the server is there again: its build may be another. */
  onReturn?(): void
  /** Every event as it came, for the activity list. */
  onEvent?(event: StreamEvent): void
}

/** Follows the event stream from now on; the promise is there when the first answer, or none, came. */
export function followEvents(client: QueryClient, options: LiveOptions = {}): Promise<void> {
  const gatherer = new Gatherer(client)
  return new Promise((ready) => {
    const stream = new EventStream('/api/events', {
      onEvent(event) {
        if (event.event === 'stream.reset') void client.invalidateQueries()
        else if (event.event.startsWith('registry.')) takeRegistry(client, event)
        else gatherer.take(event)
        options.onEvent?.(event)
      },
      onHeard: connectionHeard,
      onOpen(resumed) {
        connectionHeard()
        // One that is away still is told of behind this.
        registryFound()
        if (resumed) {
          // Nothing was missed of the log; what no event tells may have changed all the same.
          void client.invalidateQueries()
          options.onReturn?.()
        }
        ready()
      },
      onRefused: (response) => void takeRefusal(response),
      onLost() {
        connectionLost()
        ready()
      },
    })
    onTokenChange(() => stream.reconnect())
    void stream.run()
  })
}

const UNAVAILABLE = 503

/** A server that has had no registry since it started has no events either; it says why. */
async function takeRefusal(response: Response) {
  if (response.status !== UNAVAILABLE) return
  const body: unknown = await response.json().catch(() => null)
  registryLost({ since: Date.now(), reason: problemOf(response, body).message })
}

/** While the registry's server is away, what is shown stays; behind that, everything may be another. */
export function takeRegistry(client: QueryClient, event: StreamEvent) {
  if (event.event === 'registry.away') {
    const { since, reason } = JSON.parse(event.data) as { since: string; reason: string }
    registryLost({ since: Date.parse(since), reason })
  } else if (event.event === 'registry.back') {
    registryFound()
    void client.invalidateQueries()
  }
}

/** Gathers events and changes the cache by all of them at once. */
export class Gatherer {
  readonly #client: QueryClient
  readonly #services = new Map<number, ServiceRow | null>()
  readonly #health = new Map<number, ServiceRow['health']>()
  readonly #old = new Map<string, QueryKey>()
  #applying: ReturnType<typeof setTimeout> | undefined
  #refetching: ReturnType<typeof setTimeout> | undefined

  constructor(client: QueryClient) {
    this.#client = client
  }

  take(event: StreamEvent) {
    if (event.event.startsWith('service.')) this.#takeService(event)
    else if (event.event === 'health.changed') this.#takeHealth(event)
    else if (event.event.startsWith('job.')) this.#takeJob(event)
    for (const [prefix, old] of OLD_AFTER)
      if (event.event.startsWith(prefix)) for (const key of old) this.#old.set(JSON.stringify(key), key)
    if (this.#old.size > 0) this.#refetching ??= setTimeout(() => this.#refetch(), REFETCH_MS)
  }

  #takeService(event: StreamEvent) {
    const service = JSON.parse(event.data) as Shape<'Service'>
    if (typeof service.id !== 'number' || !Array.isArray(service.configFiles)) return
    this.#services.set(service.id, event.event === 'service.removed' ? null : rowOf(service))
    this.#applying ??= setTimeout(() => this.#apply(), GATHER_MS)
  }

  #takeHealth(event: StreamEvent) {
    const { serviceId, state } = JSON.parse(event.data) as Partial<Shape<'Health'>>
    if (serviceId === undefined || state === undefined) return
    this.#health.set(serviceId, state)
    this.#applying ??= setTimeout(() => this.#apply(), GATHER_MS)
  }

  /** A job's progress is shown as it comes; its result is asked for when it has ended. */
  #takeJob(event: StreamEvent) {
    const job = JSON.parse(event.data) as Partial<Shape<'Job'>>
    if (typeof job.id !== 'number') return
    const key = keys.job(job.id)
    if (event.event === 'job.finished') void this.#client.invalidateQueries({ queryKey: key, exact: true })
    else this.#client.setQueryData(key, (known: Shape<'Job'> | undefined) => known && { ...known, ...job })
  }

  #apply() {
    this.#applying = undefined
    const changed = new Map(this.#services)
    const health = new Map(this.#health)
    this.#services.clear()
    this.#health.clear()
    this.#client.setQueryData(
      keys.services,
      (list: ServiceRow[] | undefined) => list && withHealth(withChanges(list, changed), health),
    )
    const [kind] = keys.service(0)
    void this.#client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === kind && changed.has(queryKey[1] as number),
    })
  }

  #refetch() {
    this.#refetching = undefined
    const old = [...this.#old.values()]
    this.#old.clear()
    for (const queryKey of old) void this.#client.invalidateQueries({ queryKey })
  }
}

/** The list with some services replaced, added, or (null) taken out; rows that are the same stay the same. */
export function withChanges(list: ServiceRow[], changed: Map<number, ServiceRow | null>): ServiceRow[] {
  if (changed.size === 0) return list
  const left = new Map(changed)
  const next: ServiceRow[] = []
  for (const service of list) {
    const change = left.get(service.id)
    left.delete(service.id)
    if (change === undefined) next.push(service)
    else if (change !== null) next.push(replaceEqualDeep(service, change))
  }
  for (const service of left.values()) if (service !== null) next.push(service)
  return next
}

/** The list with what was seen of some services' health. */
function withHealth(list: ServiceRow[], seen: Map<number, ServiceRow['health']>): ServiceRow[] {
  if (seen.size === 0) return list
  return list.map((service) => {
    const health = seen.get(service.id)
    return health === undefined || health === service.health ? service : { ...service, health }
  })
}
