import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem } from '@/shared/api/problem'
import { keys } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { serviceText } from '@/shared/lib/service-text'
import { Panel } from '@/shared/ui/page'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './ip.module.css'
import { reportOf } from './report'

type ChangeRun = Shape<'ChangeRun'>

/** Changes that sources of addresses asked for: what waits for a person, and what became of the others. */
export function ChangeRuns({ title, runs }: { title: string; runs: ChangeRun[] }) {
  return (
    <div className={styles.runs}>
      <Panel title={title} flush>
        <ul className={styles.list}>
          {runs.map((run) => (
            <OneRun key={run.id} run={run} />
          ))}
        </ul>
      </Panel>
    </div>
  )
}

function OneRun({ run }: { run: ChangeRun }) {
  const report = reportOf(run)
  return (
    <li className={styles.run}>
      <div className={styles.runBody}>
        <div className={styles.runHead}>
          <strong>
            <code className="pm-mono">{plain(run.oldValue) || 'unknown'}</code> →{' '}
            <code className="pm-mono">{plain(run.newValue)}</code>
          </strong>
          <Status state={run.stage} chip />
          <span className="pm-muted">
            {run.source === 'hand' ? 'by hand' : `seen by ${plain(run.source)}`},{' '}
            <TimeAgo time={run.confirmed} />
          </span>
        </div>
        {report.size !== '' && <span>{report.size}</span>}
        {report.cause !== '' && <span className="pm-muted">{plain(report.cause)}</span>}
        {report.notUp.length > 0 && (
          <ul className={styles.notUp} aria-label="Not up afterwards">
            {report.notUp.map((service) => (
              <li key={service.serviceId}>
                <Status state="down" label={serviceText(service)} />{' '}
                <span className="pm-muted">{plain(service.cause)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {run.stage === 'proposed' && (
        <div className={styles.runActions}>
          {run.kind === 'ip-change' && (
            <Button
              component={Link}
              variant="default"
              href={`/ip?old=${encodeURIComponent(run.oldValue)}&new=${encodeURIComponent(run.newValue)}`}
            >
              Look at the diff
            </Button>
          )}
          <Decide run={run} />
        </div>
      )}
    </li>
  )
}

function Decide({ run }: { run: ChangeRun }) {
  const whyNot = useWhyNot()
  const client = useQueryClient()
  const decide = useMutation({
    mutationFn: (decision: 'approve' | 'dismiss') =>
      answered(api.POST('/api/ip/changes/{id}', { params: { path: { id: run.id } }, body: { decision } })),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.addresses }),
    onError: (error) => notifications.show({ color: 'red', message: asProblem(error).message }),
  })
  return (
    <>
      <Button
        disabled={whyNot !== null || decide.isPending}
        title={whyNot ?? undefined}
        onClick={() => decide.mutate('approve')}
      >
        Approve
      </Button>
      <Button
        variant="default"
        disabled={whyNot !== null || decide.isPending}
        title={whyNot ?? undefined}
        onClick={() => decide.mutate('dismiss')}
      >
        Dismiss
      </Button>
    </>
  )
}
