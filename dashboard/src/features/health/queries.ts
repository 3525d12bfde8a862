import { queryOptions } from '@tanstack/react-query'
import { answered, api } from '@/shared/api/client'

/* All keys begin with 'health': an event about health or an incident makes them old (shared/api/live.ts). */

const MOST = 10_000
/** The API gives no more series at once. */
export const MOST_SERIES = 100
export const RANGES = ['1h', '24h', '7d', '30d', '1y'] as const
export type Range = (typeof RANGES)[number]

export const healthQuery = (q: string) =>
  queryOptions({
    queryKey: ['health', 'list', q],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/api/health', { params: { query: { limit: MOST, ...(q === '' ? {} : { q }) } }, signal }),
      ),
    placeholderData: (known) => known,
  })

/** For the rows in view: many services, one request. */
export const seriesQuery = (ids: number[], range: Range) =>
  queryOptions({
    queryKey: ['health', 'series', range, ids.join(',')],
    queryFn: async ({ signal }) =>
      (
        await answered(
          api.GET('/api/health/series', { params: { query: { ids: ids.join(','), range } }, signal }),
        )
      ).series,
    enabled: ids.length > 0,
    placeholderData: (known) => known,
    staleTime: 30_000,
  })

export const healthDetailQuery = (id: number, range: Range) =>
  queryOptions({
    queryKey: ['health', 'one', id, range],
    queryFn: ({ signal }) =>
      answered(api.GET('/api/health/{id}', { params: { path: { id }, query: { range } }, signal })),
    placeholderData: (known) => known,
  })
