import { useQuery } from '@tanstack/react-query'
import { networkQuery } from './queries'

/** Whether the registry has several hosts: what is listed names its own then. */
export function useHasHosts(): boolean {
  return (useQuery(networkQuery).data?.hosts.length ?? 0) > 1
}
