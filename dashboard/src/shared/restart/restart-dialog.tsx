import { Button, Modal } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { answered, api, type Shape } from '@/shared/api/client'
import { hasEnded } from '@/shared/api/job'
import { jobQuery } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { Failure, Skeletons } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import styles from './restart.module.css'

type Report = Shape<'RestartReport'>

/** Says first what would be restarted, then what came of it. */
export default function RestartDialog({
  id,
  name,
  onClose,
}: {
  id: number
  name: string
  onClose: () => void
}) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Restart ${plain(name)}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <RestartRun id={id} onClose={onClose} />
    </Modal>
  )
}

function RestartRun({ id, onClose }: { id: number; onClose: () => void }) {
  const path = { id }
  const preview = useQuery({
    queryKey: ['restart', id],
    queryFn: async () =>
      (await answered(
        api.POST('/api/services/{id}/restart', { params: { path }, body: { dryRun: true } }),
      )) as unknown as Report,
    gcTime: 0,
    retry: false,
  })
  const start = useMutation({
    mutationFn: async () =>
      (await answered(
        api.POST('/api/services/{id}/restart', { params: { path }, body: {} }),
      )) as unknown as Shape<'Job'>,
  })
  const job = useQuery({
    ...jobQuery(start.data?.id ?? 0),
    enabled: start.data !== undefined,
    refetchInterval: (query) => (hasEnded(query.state.data) ? false : 500),
  })

  if (preview.isError) return <Failure error={preview.error} onRetry={() => void preview.refetch()} />
  if (preview.data === undefined) return <Skeletons rows={3} />
  if (start.isError) return <Failure error={start.error} onRetry={() => start.mutate()} />
  if (start.isIdle)
    return (
      <>
        <Restarts report={preview.data} />
        <div className={styles.actions}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={preview.data.outcome !== 'planned'} onClick={() => start.mutate()}>
            Restart now
          </Button>
        </div>
      </>
    )
  if (!hasEnded(job.data)) return <Status state="running" label={plain(job.data?.step ?? 'restarting')} />
  return (
    <>
      {job.data?.state === 'done' ? (
        <Restarts report={job.data.result as unknown as Report} />
      ) : (
        <p className={styles.cause}>{plain(job.data?.error ?? 'It was not restarted.')}</p>
      )}
      <div className={styles.actions}>
        <Button onClick={onClose}>Close</Button>
      </div>
    </>
  )
}

function Restarts({ report }: { report: Report }) {
  return (
    <div className={styles.report} role="status">
      {report.outcome !== 'planned' && <Outcome report={report} />}
      {report.cause !== null && <p className={styles.cause}>{plain(report.cause)}</p>}
      <ul className={styles.list}>
        {report.restarts.map((restart) => (
          <li key={restart.target}>
            <code className="pm-mono">{plain(restart.target)}</code>{' '}
            {restart.reason !== '' && <span className="pm-muted">{plain(restart.reason)}</span>}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Outcome({ report }: { report: Report }) {
  const isDone = report.outcome === 'restarted'
  const seconds = (report.elapsedMs / 1000).toFixed(1)
  return (
    <Status
      state={isDone ? 'done' : 'failed'}
      label={isDone ? `restarted in ${seconds} s` : report.outcome}
    />
  )
}
