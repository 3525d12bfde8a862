import { QueryClient } from '@tanstack/react-query'
import { asProblem } from '@/shared/api/problem'

const TRIES = 2

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The event stream says what is old; nothing ages by itself.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always', // a loopback server is there without any network
        // A refusal stays one; only what never came may come the next time.
        retry: (failures, error) => failures < TRIES && asProblem(error).status <= 0,
        retryDelay: (attempt) => 250 * 2 ** attempt,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
