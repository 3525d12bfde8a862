import { Button, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { transactionQuery } from '@/shared/api/queries'
import { count, plain } from '@/shared/lib/format'
import { usePlan } from '@/shared/plan/plan-provider'
import { transactionText, undoRequest } from '@/shared/plan/undo'
import { Empty, Loaded } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './history.module.css'

type Transaction = Shape<'Transaction'>

const KINDS: Record<string, string> = {
  assign: 'A service moved',
  resolve: 'Conflicts resolved',
  'ip-change': 'An address changed',
  sync: 'Decisions brought back',
  undo: 'Taken back',
}
const UNDOABLE = ['committed', 'verified']

export function TransactionList({ transactions }: { transactions: Transaction[] }) {
  if (transactions.length === 0)
    return (
      <Empty title="No file was changed">
        What is changed here can be taken back here, next week as well.
      </Empty>
    )
  return (
    <ol className={styles.transactions}>
      {transactions.map((transaction) => (
        <TransactionRow key={transaction.id} transaction={transaction} />
      ))}
    </ol>
  )
}

function TransactionRow({ transaction }: { transaction: Transaction }) {
  const [isOpen, setOpen] = useState(false)
  const wish = transactionText(transaction)
  return (
    <li className={styles.transaction}>
      <div className={styles.transactionHead}>
        <div className={styles.what}>
          <strong>{KINDS[transaction.kind] ?? transaction.kind}</strong> <Status state={transaction.state} />
          {wish !== transaction.kind && <p className={styles.wish}>{wish}</p>}
          <p className={styles.note}>
            <span className="pm-number">#{transaction.id}</span> · <TimeAgo time={transaction.started} /> ·{' '}
            <button
              type="button"
              className={styles.name}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {count(transaction.edits, 'edit')} in {count(transaction.files, 'file')}
            </button>
          </p>
        </div>
        {UNDOABLE.includes(transaction.state) && <UndoButton transaction={transaction} />}
      </div>
      {isOpen && <TransactionFiles id={transaction.id} />}
    </li>
  )
}

function UndoButton({ transaction }: { transaction: Transaction }) {
  const plan = usePlan()
  const whyNot = useWhyNot()
  return (
    <Tooltip label={whyNot ?? 'Shows first what it would take back'}>
      <Button
        variant="default"
        leftSection={<Undo2 size={14} aria-hidden="true" />}
        aria-disabled={whyNot !== null}
        {...(whyNot === null ? {} : { 'data-disabled': true })}
        aria-label={`Undo transaction ${transaction.id}`}
        onClick={() => {
          if (whyNot === null) plan(undoRequest(transaction))
        }}
      >
        Undo
      </Button>
    </Tooltip>
  )
}

function TransactionFiles({ id }: { id: number }) {
  const detail = useQuery(transactionQuery(id))
  return (
    <Loaded query={detail}>
      {(data) =>
        data.changes === null ? (
          <p className={styles.note}>Its journal is not kept any more.</p>
        ) : (
          <ul className={styles.files}>
            {data.changes.map((file) => (
              <li key={file.file}>
                <code className="pm-mono">{plain(file.file)}</code>
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
    </Loaded>
  )
}
