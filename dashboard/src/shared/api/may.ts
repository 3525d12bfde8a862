import { useQuery } from '@tanstack/react-query'
import { useAbsence, useIsAway } from './connection'
import { sessionQuery } from './queries'

/** Why one may not change anything just now, in words; null: one may. Every control that writes is off then, and
 * says this. */
export function useWhyNot(role: 'operator' | 'admin' = 'operator'): string | null {
  const session = useQuery(sessionQuery)
  const isAway = useIsAway()
  const absence = useAbsence()
  if (isAway) return 'The server is away: nothing can be changed until it is back.'
  if (absence !== null) return 'The registry is away: nothing can be changed until it is back.'
  const mine = session.data?.role
  if (mine === 'admin' || (mine === 'operator' && role === 'operator')) return null
  if (mine === undefined) return 'Signing in…'
  return mine === 'anyone' || mine === 'viewer'
    ? 'You may look, not change. Sign in to make changes.'
    : 'That takes the role “admin”.'
}
