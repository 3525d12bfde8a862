import { Alert } from '@mantine/core'
import type { Shape } from '@/shared/api/client'
import { plain } from '@/shared/lib/format'
import { SourceRef } from '@/shared/ui/source-ref'
import styles from './plan-drawer.module.css'

type Plan = Pick<Shape<'Plan'>, 'refusal' | 'refusedFiles' | 'unresolved'>

/** What a plan cannot do: why all of it would be refused, file by file, and what of the wish it leaves undone. */
export function PlanLimits({ plan }: { plan: Plan }) {
  return (
    <>
      <Refusal plan={plan} />
      {plan.unresolved.length > 0 && (
        <Alert color="yellow" title="Not done by this plan" variant="light">
          <ul className={styles.list}>
            {plan.unresolved.map((text) => (
              <li key={text}>{plain(text)}</li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  )
}

function Refusal({ plan }: { plan: Plan }) {
  if (plan.refusal === undefined) return null
  const files = plan.refusedFiles ?? []
  return (
    <Alert color="red" title="As the files are now, this would be refused" variant="light" role="alert">
      {files.length === 0 ? (
        <p className={styles.said}>{plain(plan.refusal)}</p>
      ) : (
        <ul className={styles.list} aria-label="Files that stand in the way">
          {files.map(({ path, reason }) => (
            <li key={path}>
              <SourceRef file={path} />
              <span className={styles.reason}>{plain(reason)}</span>
            </li>
          ))}
        </ul>
      )}
      <p className={styles.said}>
        {files.length === 0
          ? 'Nothing is written as long as that is so. Put it right, then plan again.'
          : 'All files are written or none, so nothing is. Put these right, or leave them out, then plan again.'}
      </p>
    </Alert>
  )
}
