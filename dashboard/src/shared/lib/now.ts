import { useSyncExternalStore } from 'react'

/* One clock for all that is shown as “n seconds ago”: it ticks while somebody looks at it. */
const TICK_MS = 5_000
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  if (timer === undefined) {
    timer = setInterval(tick, TICK_MS)
    document.addEventListener('visibilitychange', tick)
    // Nobody looked for a while: what is drawn for the first time must not have the age that it had then.
    if (Date.now() - now > TICK_MS) tick()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    document.removeEventListener('visibilitychange', tick)
    timer = undefined
  }
}

function tick() {
  now = Date.now()
  for (const listener of listeners) listener()
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
