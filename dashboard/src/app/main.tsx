import '@/shared/ui/mantine.css'
import '@/shared/ui/theme.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { followEvents } from '@/shared/api/live'
import { sessionQuery } from '@/shared/api/queries'
import { onTokenChange } from '@/shared/api/session'
import { PlanProvider } from '@/shared/plan/plan-provider'
import { RestartProvider } from '@/shared/restart/restart-provider'
import { theme } from '@/shared/ui/theme'
import { reloadIfBuildChanged } from './build'
import { makeQueryClient } from './query-client'
import { Shell } from './shell'
import { signInByAddress } from './sign-in'

const client = makeQueryClient()
// Before anything is asked: what is read then cannot be older than the first event that is heard.
const following = followEvents(client, { onReturn: () => void reloadIfBuildChanged() })
onTokenChange(() => void client.invalidateQueries({ queryKey: sessionQuery.queryKey }))

const problem = await signInByAddress()
await following

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <Notifications position="bottom-right" limit={4} />
      <QueryClientProvider client={client}>
        <PlanProvider>
          <RestartProvider>
            <Shell signInProblem={problem} />
          </RestartProvider>
        </PlanProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
