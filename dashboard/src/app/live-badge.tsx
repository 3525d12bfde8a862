import { useEffect, useState } from 'react'
import { type Connection, currentConnection, useConnection } from '@/shared/api/connection'
import { duration } from '@/shared/lib/format'
import styles from './shell.module.css'

const WORDS = { connecting: 'Connecting', live: 'Live', away: 'Reconnecting', stale: 'Registry away' }

type Shown = keyof typeof WORDS

/** Whether what is shown is of now, and how old it is otherwise. */
export function LiveBadge() {
  const connection = useConnection()
  const state: Shown = connection.state === 'live' && connection.absence !== null ? 'stale' : connection.state
  const age = useAge()
  return (
    <span className={styles.live} data-state={state} role="status" title={explain(state)}>
      <span className={styles.dot} aria-hidden="true" />
      {WORDS[state]}
      <span className={styles.age} aria-hidden="true">
        {state === 'live' ? (
          age
        ) : (
          <>
            <span className={styles.ageWords}>data from </span>
            {age}
            <span className={styles.ageWords}> ago</span>
          </>
        )}
      </span>
    </span>
  )
}

function explain(state: Shown): string {
  if (state === 'live')
    return 'Every change is shown as it happens; the age is that of the last sign of life.'
  if (state === 'stale') return 'The server is there, and cannot reach its registry.'
  return 'The server does not answer. What is shown stays; nothing can be changed until it is back.'
}

/** The time since something came, once a second; the badge alone is drawn again for it. */
function useAge(): string {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return duration((now - asOf(currentConnection())) / 1_000)
}

function asOf({ state, absence, heardAt }: Connection): number {
  return state === 'live' && absence !== null ? absence.since : heardAt
}
