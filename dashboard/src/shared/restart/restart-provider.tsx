import { createContext, type ReactNode, useContext, useState } from 'react'
import { later } from '@/shared/ui/later'

/* The dialog stands above the pages: the row whose button opened it is gone as soon as the service answers again,
 * and what came of the restart is to be read then. */

type Request = { id: number; name: string }

const RestartDialog = later(() => import('./restart-dialog'))
const RestartContext = createContext<(request: Request) => void>(() => undefined)

export function useRestart(): (request: Request) => void {
  return useContext(RestartContext)
}

export function RestartProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Request | null>(null)
  return (
    <RestartContext value={setAsked}>
      {children}
      {asked !== null && <RestartDialog key={asked.id} {...asked} onClose={() => setAsked(null)} />}
    </RestartContext>
  )
}
