import { ago, duration } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'

// One for all rows: to make one is what costs.
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** “3 min ago”, with the exact time behind it. */
export function TimeAgo({ time }: { time: string | null | undefined }) {
  const now = useNow()
  if (time === null || time === undefined) return <span className="pm-muted">never</span>
  const date = new Date(time)
  return (
    <time dateTime={time} title={exact.format(date)} className="pm-number">
      {ago(date.getTime(), now)}
    </time>
  )
}

/** “3 min”: how long it has been so, with the time of its begin behind it. */
export function TimeSince({ time }: { time: string }) {
  const now = useNow()
  const date = new Date(time)
  return (
    <time dateTime={time} title={`since ${exact.format(date)}`} className="pm-number">
      {duration((now - date.getTime()) / 1000)}
    </time>
  )
}
