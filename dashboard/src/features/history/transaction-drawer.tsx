import { Alert, Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { transactionDiffQuery, transactionQuery } from '@/shared/api/queries'
import { count, plain } from '@/shared/lib/format'
import { transactionText } from '@/shared/plan/undo'
import { later } from '@/shared/ui/later'
import { SourceRef } from '@/shared/ui/source-ref'
import { Empty, Loaded, Missing, Skeletons } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './history.module.css'

const DiffView = later(() => import('@/shared/plan/diff-view'), <Skeletons rows={6} />)

/** One past change: what it wrote, in the lines around it. */
export default function TransactionDrawer({ id, onClose }: { id: number; onClose: () => void }) {
  const detail = useQuery(transactionQuery(id))
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(920px, 100vw)"
      title={`Transaction ${id}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Loaded
        query={detail}
        missing={<Missing what={`transaction ${id}`} back="All of the history" onBack={onClose} />}
      >
        {(data) => (
          <div className={styles.detail}>
            <p className={styles.detailHead}>
              <Status state={data.state} /> <span>{transactionText(data)}</span>{' '}
              <span className={styles.note}>
                <TimeAgo time={data.started} /> · {count(data.edits, 'edit')} in {count(data.files, 'file')}
              </span>
            </p>
            {data.changes === null ? (
              <Empty title="Its lines are not known any more">
                Its journal is not kept, or it never had one: nothing was written.
              </Empty>
            ) : (
              <Changes id={id} isOfSettings={data.kind === 'settings'} changes={data.changes} />
            )}
          </div>
        )}
      </Loaded>
    </Drawer>
  )
}

interface ChangesProps {
  id: number
  isOfSettings: boolean
  changes: Shape<'PastFile'>[]
}

/** The diff is for who may change things; everybody sees what was edited. */
function Changes({ id, isOfSettings, changes }: ChangesProps) {
  const whyNot = useWhyNot(isOfSettings ? 'admin' : 'operator')
  const diff = useQuery({ ...transactionDiffQuery(id), enabled: whyNot === null })
  if (whyNot !== null && diff.data === undefined)
    return (
      <>
        <p className={styles.note}>
          <strong>The lines around are not shown.</strong> {whyNot}
        </p>
        <Edits changes={changes} />
      </>
    )
  return (
    <Loaded query={diff} skeleton={<Skeletons rows={6} />}>
      {({ diff: text, changedSince }) => (
        <>
          {text !== '' && <DiffView text={text} />}
          {changedSince.length > 0 && (
            <Alert color="yellow" title="Edited since" variant="light">
              The lines around are others by now; these bytes were written:
              <Edits changes={changes.filter(({ file }) => changedSince.includes(file))} />
            </Alert>
          )}
        </>
      )}
    </Loaded>
  )
}

function Edits({ changes }: { changes: Shape<'PastFile'>[] }) {
  return (
    <ul className={styles.files}>
      {changes.map((file) => (
        <li key={file.file}>
          <SourceRef file={file.file} />
          {file.edits.map((edit, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: edits of a file have no other name, and never change
            <span key={index} className={styles.edit}>
              <del>{plain(edit.old)}</del> → <ins>{plain(edit.new)}</ins>
            </span>
          ))}
        </li>
      ))}
    </ul>
  )
}
