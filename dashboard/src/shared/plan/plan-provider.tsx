import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { later } from '@/shared/ui/later'
import type { PlanRequest } from './plan-request'

/* Every change of files goes the same way: a plan, its diff, a person's word, a job, its result with Undo.
 * A page says what it wants with `usePlan()`; the drawer does the rest, one request at a time. */

const PlanDrawer = later(() => import('./plan-drawer'))
const PlanContext = createContext<(request: PlanRequest) => void>(() => undefined)

export function usePlan(): (request: PlanRequest) => void {
  return useContext(PlanContext)
}

export function PlanProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ request: PlanRequest; number: number } | null>(null)
  const ask = useCallback(
    (request: PlanRequest) => setAsked((known) => ({ request, number: (known?.number ?? 0) + 1 })),
    [],
  )
  return (
    <PlanContext value={ask}>
      {children}
      {asked !== null && (
        <PlanDrawer key={asked.number} request={asked.request} onClose={() => setAsked(null)} onNext={ask} />
      )}
    </PlanContext>
  )
}
