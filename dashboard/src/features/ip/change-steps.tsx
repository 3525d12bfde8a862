import '@mantine/core/styles/Stepper.css'
import { Button, Progress, Stepper } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { count, plain } from '@/shared/lib/format'
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
        <ReviewStep {...props} plan={run.preview.plan} diff={run.preview.diff} onApply={run.apply} />
      ) : null
    case 'applying':
      return <Applying run={run} />
    case 'failed':
      return (
        <>
          <Failure error={run.problem} />
          <p className={styles.blocked}>
            Nothing is half written: all files, or none. Where a file was changed on disk since, the change is
            blocked until it is planned again.
          </p>
          <Button onClick={run.again}>Plan again</Button>
        </>
      )
    case 'done':
      return (
        <VerifyStep
          change={run.change}
          plan={run.preview.kind === 'plan' ? run.preview.plan : undefined}
          oldAddress={props.oldAddress}
        />
      )
  }
}

function Applying({ run }: { run: Extract<PlanRun, { phase: 'applying' }> }) {
  const job: Shape<'Job'> | null = run.job
  const isKnown = job !== null && job.total > 0
  return (
    <div className={styles.applying}>
      <Progress
        value={isKnown ? (100 * job.done) / job.total : 100}
        animated={!isKnown}
        aria-label="Progress"
      />
      <p>
        {job?.step ?? 'Waiting for its turn'}
        {isKnown && `: ${job.done} of ${count(job.total, 'file')}`}
      </p>
    </div>
  )
}
