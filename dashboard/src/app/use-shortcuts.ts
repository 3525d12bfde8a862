import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent } from 'react'
import { useLocation } from 'wouter'
import { transactionsQuery } from '@/shared/api/queries'
import { isTyping } from '@/shared/lib/keyboard'
import { usePlan } from '@/shared/plan/plan-provider'
import { undoRequest } from '@/shared/plan/undo'
import { sections } from './sections'

const SEQUENCE_MS = 1_200

/** `g`+letter, `/`, `?` and `u`, wherever one is, unless something is being typed or a dialog is open. */
export function useShortcuts({ onHelp }: { onHelp: () => void }) {
  const [, go] = useLocation()
  const undo = useUndoLast()
  const press = useEffectEvent((event: KeyboardEvent, isSecond: boolean): boolean => {
    if (isSecond) {
      const section = sections.find(({ letter }) => letter === event.key)
      if (section === undefined) return false
      go(section.path)
      return true
    }
    if (event.key === '?') onHelp()
    else if (event.key === 'u') void undo()
    else if (event.key === '/') return focusFilter()
    else return false
    return true
  })
  useEffect(() => {
    let gPressedAt = 0
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      const isSecond = event.timeStamp - gPressedAt < SEQUENCE_MS
      gPressedAt = !isSecond && event.key === 'g' ? event.timeStamp : 0
      if (press(event, isSecond)) event.preventDefault()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
}

/** Each page has at most one field for its filter, marked so. */
function focusFilter(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-filter] input, input[data-filter]')
  field?.focus()
  field?.select()
  return field !== null
}

function useUndoLast() {
  const client = useQueryClient()
  const plan = usePlan()
  return async () => {
    const transactions = await client.fetchQuery({ ...transactionsQuery, staleTime: 0 })
    const last = transactions.find((transaction) => transaction.state === 'committed')
    if (last !== undefined) plan(undoRequest(last))
  }
}
