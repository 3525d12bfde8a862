import { queryOptions } from '@tanstack/react-query'
import { answered, answeredWithTag, api } from './client'
import { currentConnection } from './connection'
import { rowOf } from './service-row'

/* Everything that is read from the server, each under one key. Components use these and nothing else; what
 * the event stream changes in them stands in live.ts. */

export const keys = {
  session: ['session'],
  services: ['services'],
  roots: ['roots'],
  service: (id: number) => ['service', id],
  findings: (project: string) => ['findings', project],
  drift: ['findings', 'drift'],
  conflicts: ['conflicts'],
  ports: ['ports'],
  portUse: ['port-use'],
  port: (port: number) => ['port-use', port],
  pools: ['pools'],
  leases: ['leases'],
  network: ['network'],
  graph: ['graph'],
  addresses: ['addresses'],
  transactions: ['transactions'],
  transaction: (id: number) => ['transactions', id],
  transactionDiff: (id: number) => ['transactions', id, 'diff'],
  history: (filter: HistoryFilter) => ['history', filter],
  analytics: (since: string) => ['analytics', since],
  jobs: ['jobs'],
  job: (id: number) => ['jobs', id],
  tokens: ['tokens'],
  audit: ['audit'],
  config: ['config'],
  channels: ['channels'],
  down: ['health', 'down'],
} as const

export interface HistoryFilter {
  port?: number
  serviceId?: number
  since?: string
  limit?: number
}

const MOST = 10_000
const CHANNELS_MS = 10_000

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => answered(api.GET('/api/session', { signal })),
})

export const servicesQuery = queryOptions({
  queryKey: keys.services,
  queryFn: async ({ signal }) =>
    (
      await answered(api.GET('/api/services/rows', { params: { query: { limit: MOST } }, signal }))
    ).services.map(rowOf),
})

/** The folders whose children are projects. */
export const rootsQuery = queryOptions({
  queryKey: keys.roots,
  queryFn: async ({ signal }) => (await answered(api.GET('/api/roots', { signal }))).roots,
})

/** One service with its entity tag, which a change names in If-Match. */
export const serviceQuery = (id: number) =>
  queryOptions({
    queryKey: keys.service(id),
    queryFn: ({ signal }) =>
      answeredWithTag(api.GET('/api/services/{id}', { params: { path: { id } }, signal })),
  })

export const findingsQuery = (project: string) =>
  queryOptions({
    queryKey: keys.findings(project),
    queryFn: async ({ signal }) =>
      (await answered(api.GET('/api/findings', { params: { query: { project, limit: MOST } }, signal })))
        .findings,
  })

/** Where files say otherwise than was decided. Its key begins like that of findings: the same events make it old. */
export const driftQuery = queryOptions({
  queryKey: keys.drift,
  queryFn: async ({ signal }) => (await answered(api.GET('/api/drift', { signal }))).edits,
})

export const conflictsQuery = queryOptions({
  queryKey: keys.conflicts,
  queryFn: async ({ signal }) => (await answered(api.GET('/api/ports/conflicts', { signal }))).conflicts,
})

export const portsQuery = queryOptions({
  queryKey: keys.ports,
  queryFn: async ({ signal }) => (await answered(api.GET('/api/ports', { signal }))).ports,
})

export const portUseQuery = queryOptions({
  queryKey: keys.portUse,
  queryFn: ({ signal }) => answered(api.GET('/api/ports/use', { signal })),
})

/** Who has a port, and why: services with their files, and what is bound to it now. */
export const portQuery = (port: number) =>
  queryOptions({
    queryKey: keys.port(port),
    queryFn: ({ signal }) => answered(api.GET('/api/ports/{id}', { params: { path: { id: port } }, signal })),
  })

export const poolsQuery = queryOptions({
  queryKey: keys.pools,
  queryFn: async ({ signal }) => (await answered(api.GET('/api/pools', { signal }))).pools,
})

export const leasesQuery = queryOptions({
  queryKey: keys.leases,
  queryFn: async ({ signal }) => (await answered(api.GET('/api/leases', { signal }))).leases,
})

export const networkQuery = queryOptions({
  queryKey: keys.network,
  queryFn: ({ signal }) => answered(api.GET('/api/network/status', { signal })),
})

export const graphQuery = queryOptions({
  queryKey: keys.graph,
  queryFn: ({ signal }) => answered(api.GET('/api/network/graph', { signal })),
})

export const addressesQuery = queryOptions({
  queryKey: keys.addresses,
  queryFn: ({ signal }) => answered(api.GET('/api/ip', { signal })),
})

export const transactionsQuery = queryOptions({
  queryKey: keys.transactions,
  queryFn: async ({ signal }) =>
    (await answered(api.GET('/api/transactions', { params: { query: { limit: 200 } }, signal })))
      .transactions,
})

export const transactionQuery = (id: number) =>
  queryOptions({
    queryKey: keys.transaction(id),
    queryFn: ({ signal }) =>
      answered(api.GET('/api/transactions/{id}', { params: { path: { id } }, signal })),
  })

export const transactionDiffQuery = (id: number) =>
  queryOptions({
    queryKey: keys.transactionDiff(id),
    queryFn: ({ signal }) =>
      answered(api.GET('/api/transactions/{id}/diff', { params: { path: { id } }, signal })),
  })

export const historyQuery = (filter: HistoryFilter) =>
  queryOptions({
    queryKey: keys.history(filter),
    queryFn: async ({ signal }) =>
      (await answered(api.GET('/api/history', { params: { query: { limit: 500, ...filter } }, signal })))
        .history,
  })

export const analyticsQuery = (since: string) =>
  queryOptions({
    queryKey: keys.analytics(since),
    queryFn: ({ signal }) =>
      answered(api.GET('/api/analytics/ports', { params: { query: { since } }, signal })),
  })

export const jobQuery = (id: number) =>
  queryOptions({
    queryKey: keys.job(id),
    queryFn: ({ signal }) => answered(api.GET('/api/jobs/{id}', { params: { path: { id } }, signal })),
  })

/** The settings with their entity tag, which a change names in If-Match; an admin's. */
export const configQuery = queryOptions({
  queryKey: keys.config,
  queryFn: ({ signal }) => answeredWithTag(api.GET('/api/config', { signal })),
})

export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: async ({ signal }) => (await answered(api.GET('/api/tokens', { signal }))).tokens,
})

/** How people are told, and whether that works. No event tells that a message did not get through: while that is shown
 * somewhere and the server is there, it is asked for again and again. */
export const channelsQuery = queryOptions({
  queryKey: keys.channels,
  queryFn: ({ signal }) => answered(api.GET('/api/notify', { signal })),
  staleTime: CHANNELS_MS,
  refetchInterval: () => currentConnection().state === 'live' && CHANNELS_MS,
})

/** Some of the services that are down, worst first. */
export const downQuery = queryOptions({
  queryKey: keys.down,
  queryFn: async ({ signal }) =>
    (await answered(api.GET('/api/health', { params: { query: { q: 'is:down', limit: 3 } }, signal })))
      .services,
})
