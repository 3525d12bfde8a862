import { Alert, Button, Checkbox } from '@mantine/core'
import { useMemo } from 'react'
import type { Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { count, plain } from '@/shared/lib/format'
import { ChangedOnDisk } from '@/shared/plan/changed-on-disk'
import { PlanLimits } from '@/shared/plan/plan-limits'
import { splitDiff } from '@/shared/plan/split-diff'
import { later } from '@/shared/ui/later'
import { SourceRef } from '@/shared/ui/source-ref'
import { Empty, Skeletons } from '@/shared/ui/states'
import styles from './ip.module.css'
import { filesOf, leftByRule, type ReviewedFile } from './review'

const DiffView = later(() => import('@/shared/plan/diff-view'), <Skeletons rows={8} />)
const SURE = 0.5

interface ReviewStepProps {
  plan: Shape<'Plan'>
  diff: string
  excluded: string[]
  onExcluded: (paths: string[]) => void
  uncertain: boolean
  onUncertain: (is: boolean) => void
  /** Files that somebody saved since. */
  changed: string[]
  onApply: () => void
  onAgain: () => void
}

export function ReviewStep(props: ReviewStepProps) {
  const { plan, diff, excluded, onExcluded, onApply } = props
  const whyNot = useWhyNot()
  const files = useMemo(() => filesOf(plan, splitDiff(diff), excluded), [plan, diff, excluded])
  const toggle = (file: ReviewedFile) =>
    onExcluded(file.isIncluded ? [...excluded, file.path] : excluded.filter((path) => path !== file.path))
  if (files.length === 0)
    return (
      <Empty title="It is not written anywhere that may be edited">
        {plan.leftOut.length > 0 && `${count(plan.leftOut.length, 'place')} are only listed below.`}
      </Empty>
    )
  const projects = new Set(plan.edits.map(({ project }) => project)).size
  return (
    <>
      <p className={styles.counts}>
        {count(plan.edits.length, 'edit')} in {count(plan.files.length, 'file')} of{' '}
        {count(projects, 'project')}
      </p>
      {plan.youMustAlso.length > 0 && (
        <Alert color="yellow" title="You must also" variant="light">
          <ul className={styles.duties}>
            {plan.youMustAlso.map((duty) => (
              <li key={duty}>{plain(duty)}</li>
            ))}
          </ul>
        </Alert>
      )}
      <PlanLimits plan={plan} />
      <ul className={styles.files} aria-label="Files">
        {files.map((file) => (
          <li key={file.path}>
            <Checkbox
              label={
                <>
                  <SourceRef file={file.file} />{' '}
                  <span className="pm-muted">{count(file.places, 'place')}</span>
                  {!file.isIncluded && <span className="pm-muted">, left as it is</span>}
                </>
              }
              checked={file.isIncluded}
              onChange={() => toggle(file)}
            />
          </li>
        ))}
      </ul>
      <DiffView text={diff} />
      <LeftOut {...props} />
      <ChangedOnDisk files={props.changed} />
      <div className={styles.foot}>
        <span className="pm-muted">{whyNot ?? 'All files or none. It can be undone.'}</span>
        {props.changed.length > 0 || plan.refusal !== undefined ? (
          <Button onClick={props.onAgain}>Plan again</Button>
        ) : (
          <Button onClick={onApply} disabled={whyNot !== null || plan.edits.length === 0}>
            Write {count(plan.edits.length, 'edit')}
          </Button>
        )}
      </div>
    </>
  )
}

function LeftOut({ plan, excluded, uncertain, onUncertain }: ReviewStepProps) {
  const left = leftByRule(plan, excluded)
  if (left.length === 0 && !uncertain) return null
  return (
    <details className={styles.left}>
      <summary>{count(left.length, 'place')} left as they are</summary>
      {(uncertain || left.some(({ confidence }) => confidence < SURE)) && (
        <Checkbox
          label="Edit also what is less than half sure"
          checked={uncertain}
          onChange={(event) => onUncertain(event.currentTarget.checked)}
        />
      )}
      <ul>
        {left.map((place) => (
          <li key={`${place.root}/${place.file}:${place.start}`}>
            <SourceRef file={place.file} line={place.line} />{' '}
            <span className="pm-muted">{plain(place.reason)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
