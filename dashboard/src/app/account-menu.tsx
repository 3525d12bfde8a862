import { ActionIcon, Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CircleUserRound, LogIn, LogOut, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import type { Problem } from '@/shared/api/problem'
import { sessionQuery } from '@/shared/api/queries'
import { currentToken, setToken } from '@/shared/api/session'
import { plain } from '@/shared/lib/format'
import { later } from '@/shared/ui/later'

const SignInDialog = later(() => import('./sign-in-dialog'))

/** Who one is, and how to become somebody who may change things. */
export function AccountMenu({ problem }: { problem: Problem | null }) {
  const session = useQuery(sessionQuery)
  const [isOpen, setOpen] = useState(problem !== null)
  const isSignedIn = currentToken() !== null
  const mayWrite = session.data?.role === 'operator' || session.data?.role === 'admin'
  return (
    <>
      {session.data !== undefined && !mayWrite && (
        <Button variant="light" leftSection={<LogIn size={14} />} onClick={() => setOpen(true)}>
          Sign in
        </Button>
      )}
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon aria-label="Account">
            {mayWrite ? <ShieldCheck size={17} /> : <CircleUserRound size={17} />}
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {plain(session.data?.actor ?? 'nobody')} · {session.data?.role ?? '–'}
            <br />
            port-manager {session.data?.version}
          </Menu.Label>
          {isSignedIn ? (
            <Menu.Item leftSection={<LogOut size={15} />} onClick={() => setToken(null)}>
              Sign out
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<LogIn size={15} />} onClick={() => setOpen(true)}>
              Sign in
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isOpen && <SignInDialog problem={problem} onClose={() => setOpen(false)} />}
    </>
  )
}
