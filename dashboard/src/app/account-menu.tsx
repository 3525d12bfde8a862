import { ActionIcon, Alert, Button, Menu, Modal, PasswordInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CircleUserRound, LogIn, LogOut, ShieldCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { asProblem, type Problem } from '@/shared/api/problem'
import { sessionQuery } from '@/shared/api/queries'
import { currentToken, setToken } from '@/shared/api/session'
import { plain } from '@/shared/lib/format'
import styles from './shell.module.css'
import { signInByCode } from './sign-in'

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
      <SignInDialog opened={isOpen} problem={problem} onClose={() => setOpen(false)} />
    </>
  )
}

interface SignInDialogProps {
  opened: boolean
  problem: Problem | null
  onClose: () => void
}

const TOKEN = /^pm_/

function SignInDialog({ opened, problem, onClose }: SignInDialogProps) {
  const [text, setText] = useState('')
  const [failed, setFailed] = useState<Problem | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const secret = text.trim()
    try {
      if (TOKEN.test(secret)) setToken(secret)
      else await signInByCode(/#code=(.+)$/.exec(secret)?.[1] ?? secret)
      setText('')
      onClose()
    } catch (error) {
      setFailed(asProblem(error))
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} title="Sign in" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {problem !== null && text === '' && (
          <Alert color="yellow" title="The address's code was not accepted">
            {plain(problem.message)}
          </Alert>
        )}
        <p className="pm-muted">
          Open the second address that <code>port-manager serve</code> prints, or paste it here. A token of{' '}
          <code>port-manager token create NAME</code> will do as well.
        </p>
        <PasswordInput
          label="Code, address or token"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={failed === null ? undefined : plain(failed.message)}
          autoComplete="off"
          data-autofocus
        />
        <Button type="submit" disabled={text.trim() === ''}>
          Sign in
        </Button>
      </form>
    </Modal>
  )
}
