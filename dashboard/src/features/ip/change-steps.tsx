import '@mantine/core/styles/Stepper.css'
import { Button, Stepper } from '@mantine/core'
import { useMemo, useState } from 'react'
import { plain } from '@/shared/lib/format'
import { FileProgress, FilesRefused, filesOf } from '@/shared/plan/file-progress'
import type { PlanRequest } from '@/shared/plan/plan-request'
import { type PlanRun, usePlanRun } from '@/shared/plan/use-plan-run'
import { Panel } from '@/shared/ui/page'
import { Failure, Skeletons } from '@/shared/ui/states'
import styles from './ip.module.css'
import { ReviewStep } from './review-step'
import { VerifyStep } from './verify-step'

interface ChangeStepsProps {
  oldAddress: string
  newAddress: string
  onLeave: () => void
}

const STEPS: Record<PlanRun['phase'], number> = {
  planning: 0,
  unplanned: 0,
  preview: 1,
  applying: 2,
  failed: 2,
  done: 3,
}

/** Find, look at every file, write all of them or none, and see that it holds. */
export function ChangeSteps({ oldAddress, newAddress, onLeave }: ChangeStepsProps) {
  const [excluded, setExcluded] = useState<string[]>([])
  const [uncertain, setUncertain] = useState(false)
  const request = useMemo<PlanRequest>(
    () => ({
      kind: 'plan',
      title: `${oldAddress} becomes ${newAddress}`,
      wish: { kind: 'ip-change', old: oldAddress, new: newAddress, exclude: excluded },
    }),
    [oldAddress, newAddress, excluded],
  )
  const run = usePlanRun(request, uncertain)
  return (
    <Panel
      title={`${plain(oldAddress)} → ${plain(newAddress)}`}
      actions={
        <Button variant="default" onClick={onLeave} disabled={run.phase === 'applying'}>
          {run.phase === 'done' ? 'Another change' : 'Cancel'}
        </Button>
      }
    >
      <Stepper active={STEPS[run.phase]} size="xs" className={styles.stepper ?? ''}>
        <Stepper.Step label="Find" />
        <Stepper.Step label="Review" />
        <Stepper.Step label="Apply" />
        <Stepper.Step label="Verify" />
      </Stepper>
      <div aria-live="polite">
        <Step
          run={run}
          excluded={excluded}
          onExcluded={setExcluded}
          uncertain={uncertain}
          onUncertain={setUncertain}
          oldAddress={oldAddress}
        />
      </div>
    </Panel>
  )
}

interface StepProps {
  run: PlanRun
  excluded: string[]
  onExcluded: (paths: string[]) => void
  uncertain: boolean
  onUncertain: (is: boolean) => void
  oldAddress: string
}

function Step(props: StepProps) {
  const { run } = props
  switch (run.phase) {
    case 'planning':
      return (
        <>
          <p className="pm-muted">Reading every file for {plain(props.oldAddress)}…</p>
          <Skeletons rows={8} />
        </>
      )
    case 'unplanned':
      return <Failure error={run.problem} onRetry={run.again} />
    case 'preview':
      return run.preview.kind === 'plan' ? (
        <ReviewStep
          {...props}
          plan={run.preview.plan}
          diff={run.preview.diff}
          changed={run.changedFiles}
          onApply={run.apply}
          onAgain={run.again}
        />
      ) : null
    case 'applying':
      return <FileProgress job={run.job} files={filesOf(run.preview)} />
    case 'failed':
      return (
        <>
          <Failure error={run.problem} />
          <FilesRefused files={filesOf(run.preview)} problem={run.problem} />
          <div className={styles.foot}>
            <span className="pm-muted">Nothing is half written: all files, or none.</span>
            <Button onClick={run.again}>Plan again</Button>
          </div>
        </>
      )
    case 'done':
      return (
        <VerifyStep
          change={run.change}
          plan={run.preview.kind === 'plan' ? run.preview.plan : undefined}
          files={filesOf(run.preview)}
          oldAddress={props.oldAddress}
        />
      )
  }
}
