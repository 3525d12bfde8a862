import { useEffect, useState } from 'react'
import { currentConnection, useConnection } from '@/shared/api/connection'
import { duration } from '@/shared/lib/format'
import styles from './shell.module.css'

const WORDS = { connecting: 'Connecting', live: 'Live', away: 'Reconnecting' }

/** Whether what is shown is of now, and how old it is otherwise. */
export function LiveBadge() {
  const { state } = useConnection()
  const age = useAge()
  return (
    <span className={styles.live} data-state={state} role="status" title={explain(state)}>
      <span className={styles.dot} aria-hidden="true" />
      {WORDS[state]}
      <span className={styles.age} aria-hidden="true">
        {state === 'live' ? `${age}` : `data from ${age} ago`}
      </span>
    </span>
  )
}

function explain(state: keyof typeof WORDS): string {
  if (state === 'live')
    return 'Every change is shown as it happens; the age is that of the last sign of life.'
  return 'The server does not answer. What is shown stays; nothing can be changed until it is back.'
}

/** The time since something came, once a second; the badge alone is drawn again for it. */
function useAge(): string {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return duration((now - currentConnection().heardAt) / 1_000)
}
