import type { Shape } from '@/shared/api/client'
import { plain } from '@/shared/lib/format'
import type { PlanRequest } from './plan-request'

/** What a transaction did, in one line. */
export function transactionText(transaction: Pick<Shape<'Transaction'>, 'kind' | 'summary'>): string {
  const wish = (transaction.summary as { wish?: unknown } | null)?.wish
  return typeof wish === 'string' && wish !== '' ? plain(wish) : transaction.kind
}

export function undoRequest(transaction: Shape<'Transaction'>): PlanRequest {
  return {
    kind: 'undo',
    title: `Undo transaction ${transaction.id}`,
    transaction: transaction.id,
    what: transactionText(transaction),
  }
}
