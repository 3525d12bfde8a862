import { Button, Tooltip } from '@mantine/core'
import { Undo2 } from 'lucide-react'
import type { Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { count } from '@/shared/lib/format'
import { useUrlState } from '@/shared/lib/url-state'
import { usePlan } from '@/shared/plan/plan-provider'
import { transactionText, undoRequest } from '@/shared/plan/undo'
import { later } from '@/shared/ui/later'
import { Empty } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './history.module.css'

const TransactionDrawer = later(() => import('./transaction-drawer'))

type Transaction = Shape<'Transaction'>

const KINDS: Record<string, string> = {
  assign: 'A service moved',
  resolve: 'Conflicts resolved',
  'ip-change': 'An address changed',
  sync: 'Decisions brought back',
  settings: 'Settings changed',
  undo: 'Taken back',
}
const UNDOABLE = ['committed', 'verified']

export function TransactionList({ transactions }: { transactions: Transaction[] }) {
  const [opened, setOpened] = useUrlState('transaction')
  const id = Number(opened)
  return (
    <>
      {transactions.length === 0 && (
        <Empty title="No file was changed">
          What is changed here can be taken back here, next week as well.
        </Empty>
      )}
      <ol className={styles.transactions}>
        {transactions.map((transaction) => (
          <TransactionRow
            key={transaction.id}
            transaction={transaction}
            onOpen={() => setOpened(String(transaction.id), true)}
          />
        ))}
      </ol>
      {Number.isInteger(id) && id > 0 && <TransactionDrawer id={id} onClose={() => setOpened('')} />}
    </>
  )
}

function TransactionRow({ transaction, onOpen }: { transaction: Transaction; onOpen: () => void }) {
  const wish = transactionText(transaction)
  return (
    <li className={styles.transaction}>
      <div className={styles.transactionHead}>
        <div className={styles.what}>
          <strong>{KINDS[transaction.kind] ?? transaction.kind}</strong> <Status state={transaction.state} />
          {wish !== transaction.kind && <p className={styles.wish}>{wish}</p>}
          <p className={styles.note}>
            <span className="pm-number">#{transaction.id}</span> · <TimeAgo time={transaction.started} /> ·{' '}
            <button type="button" className={styles.name} onClick={onOpen}>
              {count(transaction.edits, 'edit')} in {count(transaction.files, 'file')}
              <span className="pm-hidden">: show them</span>
            </button>
          </p>
        </div>
        {UNDOABLE.includes(transaction.state) && <UndoButton transaction={transaction} />}
      </div>
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
