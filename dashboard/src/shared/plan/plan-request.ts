import type { Shape } from '@/shared/api/client'

/** What somebody wants to be written; see plan-provider.tsx for what becomes of it. */
export type PlanRequest = { title: string; onDone?: () => void } & (
  | { kind: 'plan'; wish: Shape<'PlanWish'> }
  | { kind: 'undo'; transaction: number; what: string }
)
