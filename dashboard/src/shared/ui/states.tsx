import { Button, Skeleton } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { CircleCheck, CloudOff, FileQuestion, Inbox, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { asProblem } from '@/shared/api/problem'
import styles from './states.module.css'

const NOT_FOUND = 404

interface EmptyProps {
  title: string
  children?: ReactNode
  actions?: ReactNode
  icon?: LucideIcon
  /** Nothing is there, and that is good. */
  good?: boolean
}

export function Empty({ title, children, actions, icon, good = false }: EmptyProps) {
  const Icon = icon ?? (good ? CircleCheck : Inbox)
  return (
    <div className={good ? `${styles.state} ${styles.good}` : styles.state}>
      <div className={styles.icon}>
        <Icon size={20} aria-hidden="true" />
      </div>
      <p className={styles.title}>{title}</p>
      {children !== undefined && <p className={styles.text}>{children}</p>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

interface MissingProps {
  /** “service 9999” */
  what: string
  /** Where the others are. */
  back: string
  onBack: () => void
  children?: ReactNode
}

/** An address of something that is not there, or not any more: no failure, and another try would not help. */
export function Missing({ what, back, onBack, children }: MissingProps) {
  return (
    <Empty
      title={`There is no ${what}`}
      icon={FileQuestion}
      actions={<Button onClick={onBack}>{back}</Button>}
    >
      {children ?? 'It may be gone by now, or the address may be mistyped.'}
    </Empty>
  )
}

/** The cause, and Retry. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const problem = asProblem(error)
  const Icon = problem.isAway ? CloudOff : TriangleAlert
  return (
    <div className={`${styles.state} ${styles.bad}`} role="alert">
      <div className={styles.icon}>
        <Icon size={20} aria-hidden="true" />
      </div>
      <p className={styles.title}>{problem.title}</p>
      <p className={styles.text}>{problem.message}</p>
      {problem.mistakes
        .filter(({ path }) => path === undefined)
        .map((mistake) => (
          <p className={styles.text} key={`${mistake.pointer ?? mistake.parameter}${mistake.detail}`}>
            <code>{mistake.pointer ?? mistake.parameter}</code> {mistake.detail}
          </p>
        ))}
      {onRetry !== undefined && (
        <div className={styles.actions}>
          <Button variant="default" onClick={onRetry}>
            Retry
          </Button>
        </div>
      )}
    </div>
  )
}

export function Skeletons({ rows = 6, height = 18 }: { rows?: number; height?: number }) {
  return (
    <div className={styles.skeleton} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of nothing have no other name
        <Skeleton key={row} height={height} width={`${96 - ((row * 13) % 40)}%`} />
      ))}
    </div>
  )
}

interface LoadedProps<Data> {
  query: UseQueryResult<Data>
  skeleton?: ReactNode
  /** What is shown where the server knows no such thing. */
  missing?: ReactNode
  children: (data: Data) => ReactNode
}

/** Data that is there stays, whatever happens to the server; skeletons only before the first of it. */
export function Loaded<Data>({ query, skeleton, missing, children }: LoadedProps<Data>) {
  if (query.isError && missing !== undefined && asProblem(query.error).status === NOT_FOUND) return missing
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />
  return skeleton ?? <Skeletons />
}
