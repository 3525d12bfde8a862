import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowRightLeft, FilePen, RotateCcw, Undo2 } from 'lucide-react'
import type { Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { historyQuery, transactionsQuery } from '@/shared/api/queries'
import { changeWord } from '@/shared/lib/change-word'
import { count, plain } from '@/shared/lib/format'
import { ofProject } from '@/shared/lib/service-text'
import { usePlan } from '@/shared/plan/plan-provider'
import { transactionText, undoRequest } from '@/shared/plan/undo'
import { Empty, Loaded } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './overview.module.css'

const SHOWN = 14

type Entry =
  | { time: string; transaction: Shape<'Transaction'> }
  | { time: string; change: Shape<'HistoryEntry'> }

/** What happened, newest first: changes of files, which can be taken back, and of services. */
export function Activity() {
  const transactions = useQuery(transactionsQuery)
  const history = useQuery(historyQuery({ limit: SHOWN }))
  return (
    <Loaded query={transactions}>{(list) => <Timeline entries={merged(list, history.data ?? [])} />}</Loaded>
  )
}

function merged(transactions: Shape<'Transaction'>[], history: Shape<'HistoryEntry'>[]): Entry[] {
  const entries: Entry[] = [
    ...transactions.slice(0, SHOWN).map((transaction) => ({ time: transaction.started, transaction })),
    ...history
      .filter((change) => change.changeType !== 'created')
      .map((change) => ({ time: change.timestamp, change })),
  ]
  return entries.sort((a, b) => (a.time < b.time ? 1 : -1)).slice(0, SHOWN)
}

function Timeline({ entries }: { entries: Entry[] }) {
  if (entries.length === 0)
    return <Empty title="Nothing has changed yet">Changes of ports, addresses and files appear here.</Empty>
  return (
    <ol className={styles.list}>
      {entries.map((entry) =>
        'transaction' in entry ? (
          <TransactionItem key={`t${entry.transaction.id}`} transaction={entry.transaction} />
        ) : (
          <ChangeItem key={`h${entry.change.id}`} change={entry.change} />
        ),
      )}
    </ol>
  )
}

function TransactionItem({ transaction }: { transaction: Shape<'Transaction'> }) {
  const plan = usePlan()
  const whyNot = useWhyNot()
  const isUndo = transaction.kind === 'undo'
  const Icon = isUndo ? RotateCcw : FilePen
  return (
    <li className={styles.item}>
      <Icon size={16} className={styles.itemIcon} data-tone="idle" aria-hidden="true" />
      <div className={styles.itemBody}>
        <p className={styles.itemTitle}>{isUndo ? 'Taken back' : transactionText(transaction)}</p>
        <p className={styles.itemText}>
          <Status state={transaction.state} />
          <span>
            {count(transaction.edits, 'edit')} in {count(transaction.files, 'file')}
          </span>
          <TimeAgo time={transaction.started} />
        </p>
      </div>
      {transaction.state === 'committed' && (
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<Undo2 size={13} />}
          disabled={whyNot !== null}
          title={whyNot ?? undefined}
          onClick={() => plan(undoRequest(transaction))}
        >
          Undo
        </Button>
      )}
    </li>
  )
}

function ChangeItem({ change }: { change: Shape<'HistoryEntry'> }) {
  return (
    <li className={styles.item}>
      <ArrowRightLeft size={16} className={styles.itemIcon} data-tone="idle" aria-hidden="true" />
      <div className={styles.itemBody}>
        <p className={styles.itemTitle}>
          {plain(change.serviceName)}
          <span className="pm-muted">{ofProject(change)}</span>
        </p>
        <p className={styles.itemText}>
          <span>{changeWord(change.changeType)}</span>
          <span className="pm-number">
            {plain(change.oldValue ?? '–')} → {plain(change.newValue ?? '–')}
          </span>
          <TimeAgo time={change.timestamp} />
        </p>
      </div>
    </li>
  )
}
