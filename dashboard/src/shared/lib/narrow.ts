import { useSyncExternalStore } from 'react'

/* Whether the window is a phone's, as the style sheets say it (max-width: 719px). Asked for once, not at each drawing. */
const media = window.matchMedia?.('(max-width: 719px)')

function subscribe(listener: () => void) {
  media?.addEventListener('change', listener)
  return () => media?.removeEventListener('change', listener)
}

export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => media?.matches ?? false)
}
