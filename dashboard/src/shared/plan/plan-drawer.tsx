import { Alert, Button, Checkbox, Drawer } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { count, plain } from '@/shared/lib/format'
import { ofProject } from '@/shared/lib/service-text'
import { later } from '@/shared/ui/later'
import { SourceRef } from '@/shared/ui/source-ref'
import { Empty, Failure, Skeletons } from '@/shared/ui/states'
import { ChangedOnDisk } from './changed-on-disk'
import { FileProgress, FilesRefused, filesOf } from './file-progress'
import styles from './plan-drawer.module.css'
import { PlanLimits } from './plan-limits'
import type { PlanRequest } from './plan-request'
import { type PlanRun, type Preview, usePlanRun } from './use-plan-run'

const DiffView = later(() => import('./diff-view'), <Skeletons rows={8} />)

interface PlanDrawerProps {
  request: PlanRequest
  onClose: () => void
  onNext: (request: PlanRequest) => void
}

export default function PlanDrawer({ request, onClose, onNext }: PlanDrawerProps) {
  const [includeUncertain, setIncludeUncertain] = useState(false)
  const run = usePlanRun(request, includeUncertain)
  const isDone = run.phase === 'done'
  useEffect(() => {
    if (isDone) request.onDone?.()
  }, [isDone, request])
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(920px, 100vw)"
      title={request.title}
      closeOnClickOutside={run.phase !== 'applying'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={styles.body} aria-live="polite">
        <Phase
          run={run}
          request={request}
          includeUncertain={includeUncertain}
          onIncludeUncertain={setIncludeUncertain}
          onClose={onClose}
          onNext={onNext}
        />
      </div>
    </Drawer>
  )
}

interface PhaseProps extends PlanDrawerProps {
  run: PlanRun
  includeUncertain: boolean
  onIncludeUncertain: (is: boolean) => void
}

function Phase(props: PhaseProps) {
  const { run } = props
  switch (run.phase) {
    case 'planning':
      return (
        <>
          <p className={styles.wish}>Reading the files again and working out what would be written…</p>
          <Skeletons rows={8} />
        </>
      )
    case 'unplanned':
      return <Failure error={run.problem} onRetry={run.again} />
    case 'preview':
      return <PreviewPhase {...props} run={run} />
    case 'applying':
      return <FileProgress job={run.job} files={filesOf(run.preview)} />
    case 'failed':
      return <Failed run={run} onClose={props.onClose} />
    case 'done':
      return <Done run={run} request={props.request} onClose={props.onClose} onNext={props.onNext} />
  }
}

type PreviewRun = Extract<PlanRun, { phase: 'preview' }>

function PreviewPhase(props: PhaseProps & { run: PreviewRun }) {
  const { preview } = props.run
  const edits = countEdits(preview)
  return (
    <>
      {preview.kind === 'plan' ? (
        <PlanPreview
          plan={preview.plan}
          diff={preview.diff}
          includeUncertain={props.includeUncertain}
          onIncludeUncertain={props.onIncludeUncertain}
        />
      ) : (
        <UndoPreview {...preview} />
      )}
      <ChangedOnDisk files={props.run.changedFiles} />
      <Foot run={props.run} edits={edits} onClose={props.onClose} isUndo={preview.kind === 'undo'} />
    </>
  )
}

interface FootProps {
  run: PreviewRun
  edits: number
  isUndo: boolean
  onClose: () => void
}

function Foot({ run, edits, isUndo, onClose }: FootProps) {
  const whyNot = useWhyNot()
  const verb = isUndo ? 'Take back' : 'Apply'
  const isStale = run.changedFiles.length > 0 || isRefused(run.preview)
  return (
    <div className={styles.foot}>
      <span className={styles.footNote}>{whyNot ?? 'All files or none. It can be undone.'}</span>
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      {isStale ? (
        <Button onClick={run.again}>Plan again</Button>
      ) : (
        <Button onClick={run.apply} disabled={whyNot !== null || edits === 0} data-autofocus>
          {verb} {count(edits, 'edit')}
        </Button>
      )}
    </div>
  )
}

interface PlanPreviewProps {
  plan: Shape<'Plan'>
  diff: string
  includeUncertain: boolean
  onIncludeUncertain: (is: boolean) => void
}

function PlanPreview({ plan, diff, includeUncertain, onIncludeUncertain }: PlanPreviewProps) {
  const projects = new Set(plan.edits.map((edit) => edit.project)).size
  return (
    <>
      <p className={styles.wish}>{plain(plan.wish)}</p>
      <p className={styles.counts}>
        <span>{count(plan.edits.length, 'edit')}</span>
        <span>{count(plan.files.length, 'file')}</span>
        <span>{count(projects, 'project')}</span>
        {plan.leftOut.length > 0 && <span>{plan.leftOut.length} left as they are</span>}
      </p>
      <PlanLimits plan={plan} />
      <Choices choices={plan.choices ?? []} />
      {plan.youMustAlso.length > 0 && (
        <Alert color="yellow" title="You must also" variant="light">
          <ul className={styles.list}>
            {plan.youMustAlso.map((duty) => (
              <li key={duty}>{plain(duty)}</li>
            ))}
          </ul>
        </Alert>
      )}
      <LeftOut
        leftOut={plan.leftOut}
        includeUncertain={includeUncertain}
        onIncludeUncertain={onIncludeUncertain}
      />
      {plan.edits.length === 0 ? (
        <Empty title="There is nothing to write">Nothing in any file would change.</Empty>
      ) : (
        <DiffView text={diff} />
      )}
    </>
  )
}

function Choices({ choices }: { choices: Shape<'Choice'>[] }) {
  if (choices.length === 0) return null
  return (
    <ul className={styles.list} aria-label="Moves">
      {choices.map((choice) => (
        <li key={choice.serviceId}>
          <strong>{plain(choice.serviceName)}</strong>
          {ofProject(choice)}{' '}
          <span className={styles.move}>
            {choice.from} <span className={styles.arrow}>→</span> {choice.to}
          </span>{' '}
          <span className="pm-muted">{plain(choice.reason)}</span>
        </li>
      ))}
    </ul>
  )
}

interface LeftOutProps {
  leftOut: Shape<'PlanLeftOut'>[]
  includeUncertain: boolean
  onIncludeUncertain: (is: boolean) => void
}

const SURE = 0.5

function LeftOut({ leftOut, includeUncertain, onIncludeUncertain }: LeftOutProps) {
  const hasUncertain = includeUncertain || leftOut.some((place) => place.confidence < SURE)
  return (
    <>
      {hasUncertain && (
        <Checkbox
          size="xs"
          label="Edit also what is less than half sure"
          checked={includeUncertain}
          onChange={(event) => onIncludeUncertain(event.currentTarget.checked)}
        />
      )}
      {leftOut.length > 0 && (
        <details className={styles.fold}>
          <summary>{count(leftOut.length, 'place')} left as they are</summary>
          <ul className={styles.list}>
            {leftOut.map((place) => (
              <li key={`${place.root}/${place.file}:${place.start}`}>
                <SourceRef file={place.file} line={place.line} />{' '}
                <code className="pm-mono">{plain(place.old)}</code>
                <br />
                <span className="pm-muted">
                  {plain(place.confidence < SURE ? `${place.why}; ${place.reason}` : place.reason)}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

interface UndoPreviewProps {
  changes: Shape<'PastFile'>[]
  diff: string
  changedSince: string[]
}

/** Files as the change left them have a diff; of those that somebody edited since only the bytes are told. */
function UndoPreview({ changes, diff, changedSince }: UndoPreviewProps) {
  const edited = changes.filter(({ file }) => changedSince.includes(file))
  return (
    <>
      <p className={styles.counts}>
        <span>
          {count(
            changes.reduce((sum, file) => sum + file.edits.length, 0),
            'edit',
          )}
        </span>
        <span>{count(changes.length, 'file')}</span>
      </p>
      {edited.length > 0 && (
        <Alert color="yellow" title="Edited since" variant="light">
          Only the bytes of the change are put back; what was edited beside them stays.
          <ul className={styles.list} aria-label="Files edited since">
            {edited.map((file) => (
              <EditedFile key={file.file} file={file} />
            ))}
          </ul>
        </Alert>
      )}
      {diff !== '' && <DiffView text={diff} />}
    </>
  )
}

function EditedFile({ file }: { file: Shape<'PastFile'> }) {
  return (
    <li>
      <SourceRef file={file.file} />
      {file.edits.map((edit, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: edits of a file have their order only
        <div key={index} className={styles.move}>
          <code className="pm-mono">{plain(edit.old)}</code> <span className={styles.arrow}>→</span>{' '}
          <code className="pm-mono">{plain(edit.new)}</code>
        </div>
      ))}
    </li>
  )
}

function Failed({ run, onClose }: { run: Extract<PlanRun, { phase: 'failed' }>; onClose: () => void }) {
  return (
    <>
      <Failure error={run.problem} />
      <FilesRefused files={filesOf(run.preview)} problem={run.problem} />
      <div className={styles.foot}>
        <span className={styles.footNote}>Nothing is half written: all files, or none.</span>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button onClick={run.again}>Plan again</Button>
      </div>
    </>
  )
}

interface DoneProps {
  run: Extract<PlanRun, { phase: 'done' }>
  request: PlanRequest
  onClose: () => void
  onNext: (request: PlanRequest) => void
}

function Done({ run, request, onClose, onNext }: DoneProps) {
  const { transaction, notes } = run.change
  const undo = () => {
    if (transaction === null) return
    onNext({ kind: 'undo', title: 'Undo', transaction: transaction.id, what: request.title })
  }
  return (
    <>
      {transaction === null ? (
        <Empty title="Nothing had to be written" good />
      ) : (
        <Empty title="Written" good>
          {count(transaction.edits, 'edit')} in {count(transaction.files, 'file')}, as transaction{' '}
          {transaction.id}.
        </Empty>
      )}
      {notes.length > 0 && (
        <Alert color="yellow" title="What to look at" variant="light">
          <ul className={styles.list}>
            {notes.map((note) => (
              <li key={`${note.path}${note.reason}`}>
                <SourceRef file={note.path} /> {plain(note.reason)}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      <div className={styles.foot}>
        {transaction !== null && (
          <Button variant="default" onClick={undo}>
            Undo
          </Button>
        )}
        <Button onClick={onClose} data-autofocus>
          Done
        </Button>
      </div>
    </>
  )
}

function isRefused(preview: Preview): boolean {
  return preview.kind === 'plan' && preview.plan.refusal !== undefined
}

function countEdits(preview: Preview): number {
  if (preview.kind === 'plan') return preview.plan.edits.length
  return preview.changes.reduce((sum, file) => sum + file.edits.length, 0)
}
