import { useEffect, useRef, useState } from 'react'
import type { ForceTask, Place } from './force-layout'
import type { Landscape } from './landscape'

type Places = Record<string, Place>

/** Where the groups of a landscape stand, found by a worker. What stands already stays; `arrange` begins anew. */
export function useForcePlaces(landscape: Landscape): { places: Places | null; arrange: () => void } {
  const [places, setPlaces] = useState<Places | null>(null)
  const [round, setRound] = useState(0)
  const known = useRef<Places>({})
  const task = JSON.stringify(taskOf(landscape))

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is the wish to do the same again
  useEffect(() => {
    const worker = new Worker(new URL('./force-layout.worker.ts', import.meta.url), { type: 'module' })
    worker.onmessage = (message: MessageEvent<Places>) => {
      known.current = { ...known.current, ...message.data }
      setPlaces(known.current)
    }
    worker.postMessage({ ...(JSON.parse(task) as ForceTask), known: known.current })
    return () => worker.terminate()
  }, [task, round])

  const arrange = () => {
    known.current = {}
    setRound((before) => before + 1)
  }
  return { places, arrange }
}

function taskOf(landscape: Landscape): Omit<ForceTask, 'known'> {
  return {
    ids: landscape.groups.map((group) => group.id),
    links: landscape.links.map((link) => ({
      source: link.from,
      target: link.to,
      weight: link.references.length,
    })),
  }
}
