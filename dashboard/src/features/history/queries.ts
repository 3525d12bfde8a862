import { infiniteQueryOptions } from '@tanstack/react-query'
import { answered, api } from '@/shared/api/client'

const PAGE = 1_000

/** Changes not older than `since` and not newer than `until` (null: now), newest first, a page at a time. */
export const changesQuery = (since: string, until: string | null) =>
  infiniteQueryOptions({
    queryKey: ['history', 'pages', since, until],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/api/history', {
          params: {
            query: {
              since,
              limit: PAGE,
              ...(until === null ? {} : { until }),
              ...(pageParam === '' ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

/** All that a filter finds, as a file: the server makes it, however many pages there are. */
export const historyFile = (since: string, until: string | null, text: string) =>
  answered(
    api.GET('/api/history/csv', {
      params: { query: { since, ...(until === null ? {} : { until }), ...(text === '' ? {} : { q: text }) } },
      parseAs: 'text',
    }),
  )
