import { Alert, Button, Modal, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { asProblem, type Problem } from '@/shared/api/problem'
import { setToken } from '@/shared/api/session'
import { plain } from '@/shared/lib/format'
import styles from './shell.module.css'
import { signInByCode } from './sign-in'

interface SignInDialogProps {
  problem: Problem | null
  onClose: () => void
}

const TOKEN = /^pm_/

export default function SignInDialog({ problem, onClose }: SignInDialogProps) {
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
    <Modal opened onClose={onClose} title="Sign in" closeButtonProps={{ 'aria-label': 'Close' }}>
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
