import { ago } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'

/** “3 min ago”, with the exact time behind it. */
export function TimeAgo({ time }: { time: string | null | undefined }) {
  const now = useNow()
  if (time === null || time === undefined) return <span className="pm-muted">never</span>
  const date = new Date(time)
  return (
    <time dateTime={time} title={date.toLocaleString()} className="pm-number">
      {ago(date.getTime(), now)}
    </time>
  )
}
