import { type RefObject, useEffect, useEffectEvent, useState } from 'react'
import { isTyping } from '@/shared/lib/keyboard'

interface RowKeys {
  count: number
  scroller: RefObject<HTMLElement | null>
  /** Brings a row into view, so that it exists. */
  show: (index: number) => void
  open: (index: number) => void
  toggle: (index: number) => void
  clear: () => void
}

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 15, PageUp: -15 }

/** `j` and `k` go, `x` selects, Enter opens, Escape clears; the row where one is has the focus. */
export function useRowKeys({ count, scroller, show, open, toggle, clear }: RowKeys): number {
  const [cursor, setCursor] = useState(0)
  const at = Math.min(cursor, Math.max(0, count - 1))

  const go = (index: number) => {
    setCursor(index)
    show(index)
    requestAnimationFrame(() => {
      scroller.current
        ?.querySelector<HTMLElement>(`[role="row"][data-index="${index}"]`)
        ?.focus({ preventScroll: true })
    })
  }
  const press = useEffectEvent((event: KeyboardEvent): boolean => {
    const isInside = scroller.current?.contains(document.activeElement) ?? false
    const isOnRow = document.activeElement?.matches('[role="row"][data-index]') ?? false
    const step = STEPS[event.key]
    if (step !== undefined && (event.key.length === 1 || isInside)) {
      go(isOnRow ? Math.max(0, Math.min(count - 1, at + step)) : at)
      return true
    }
    if (event.key === 'Home' && isInside) go(0)
    else if (event.key === 'End' && isInside) go(count - 1)
    else if (event.key === 'x') toggle(at)
    else if (event.key === 'Enter' && isOnRow) open(at)
    else if (event.key === ' ' && isOnRow) toggle(at)
    else if (event.key === 'Escape') clear()
    else return false
    return true
  })
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return
      if (press(event)) event.preventDefault()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
  return at
}
