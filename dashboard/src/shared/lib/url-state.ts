import { useCallback } from 'react'
import { useSearchParams } from 'wouter'

/** A piece of what is shown that stands in the address, so that it can be kept, sent and gone back to. */
export function useUrlState(name: string, fallback = ''): [string, (next: string, push?: boolean) => void] {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (next: string, push = false) =>
      setParams(
        () => {
          // Not what was there at the last render: two pieces may change in one go.
          const changed = new URLSearchParams(window.location.search)
          if (next === fallback) changed.delete(name)
          else changed.set(name, next)
          return changed
        },
        { replace: !push },
      ),
    [name, fallback, setParams],
  )
  return [params.get(name) ?? fallback, set]
}
