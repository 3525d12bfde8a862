import { DatabaseZap } from 'lucide-react'
import { useAbsence } from '@/shared/api/connection'
import { plain } from '@/shared/lib/format'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './shell.module.css'

/** The server is there, and its registry's server is not: what that means, and why it is so. */
export function AbsenceBanner() {
  const absence = useAbsence()
  if (absence === null) return null
  return (
    <div className={styles.banner} role="alert">
      <DatabaseZap size={18} aria-hidden="true" />
      <div>
        <strong>The registry’s server cannot be reached</strong>, since{' '}
        <TimeAgo time={new Date(absence.since).toISOString()} />. What is shown is from before; nothing is
        changed. It is tried again every second, and goes on by itself.
        <div className={styles.reason}>{plain(absence.reason)}</div>
      </div>
    </div>
  )
}
