import { infiniteQueryOptions } from '@tanstack/react-query'
import { answered, api } from '@/shared/api/client'

const PAGE = 1_000

/** Changes not older than `since`, newest first, a page at a time. */
export const changesQuery = (since: string) =>
  infiniteQueryOptions({
    queryKey: ['history', 'pages', since],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/api/history', {
          params: { query: { since, limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
