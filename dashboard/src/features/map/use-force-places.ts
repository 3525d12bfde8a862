import { useEffect, useRef, useState } from 'react'
import type { ForceTask, Place } from './force-layout'
import type { Landscape } from './landscape'

type Places = Record<string, Place>

interface Answer {
  round: number
  places: Places
}

/* One worker, begun with the page's code: it is there when the graph comes. Each task has its round, so that nobody
 * takes another's answer. */
const worker = new Worker(new URL('./force-layout.worker.ts', import.meta.url), { type: 'module' })
let rounds = 0

/** Where the groups of a landscape stand, found by a worker. What stands already stays; `arrange` begins anew. */
export function useForcePlaces(landscape: Landscape): { places: Places | null; arrange: () => void } {
  const [places, setPlaces] = useState<Places | null>(null)
  const [arranged, setArranged] = useState(0)
  const known = useRef<Places>({})
  const task = JSON.stringify(taskOf(landscape))

  // biome-ignore lint/correctness/useExhaustiveDependencies: to arrange is the wish to do the same again
  useEffect(() => {
    rounds += 1
    const round = rounds
    const take = ({ data }: MessageEvent<Answer>) => {
      if (data.round !== round) return
      known.current = { ...known.current, ...data.places }
      setPlaces(known.current)
    }
    worker.addEventListener('message', take)
    worker.postMessage({ round, task: { ...(JSON.parse(task) as ForceTask), known: known.current } })
    return () => worker.removeEventListener('message', take)
  }, [task, arranged])

  const arrange = () => {
    known.current = {}
    setArranged((before) => before + 1)
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
