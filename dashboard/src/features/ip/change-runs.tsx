import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem } from '@/shared/api/problem'
import { keys } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { Panel } from '@/shared/ui/page'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './ip.module.css'

type ChangeRun = Shape<'ChangeRun'>

/** Changes that sources of addresses asked for: what waits for a person, and what became of the others. */
export function ChangeRuns({ title, runs }: { title: string; runs: ChangeRun[] }) {
  return (
    <div className={styles.runs}>
      <Panel title={title} flush>
        <ul className={styles.addresses}>
          {runs.map((run) => (
            <OneRun key={run.id} run={run} />
          ))}
        </ul>
      </Panel>
    </div>
  )
}

function OneRun({ run }: { run: ChangeRun }) {
  const isProposal = run.stage === 'proposed'
  return (
    <li>
      <span>
        <code className="pm-mono">{plain(run.oldValue) || 'unknown'}</code> →{' '}
        <code className="pm-mono">{plain(run.newValue)}</code>
      </span>
      <span className="pm-muted">
        {plain(run.kind)}, {plain(run.source)}, <TimeAgo time={run.confirmed} />
      </span>
      <Status state={run.stage} />
      {isProposal && run.kind === 'ip-change' && (
        <Link href={`/ip?old=${encodeURIComponent(run.oldValue)}&new=${encodeURIComponent(run.newValue)}`}>
          Look at the diff
        </Link>
      )}
      {isProposal && <Decide run={run} />}
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
