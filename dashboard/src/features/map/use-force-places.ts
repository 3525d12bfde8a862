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

interface Standing {
  places: Places | null
  /** How often they were arranged anew: what was dragged elsewhere goes back when this is another. */
  arranged: number
}

/** Where the groups of a landscape stand, found by a worker. What stands already stays; `arrange` begins anew. */
export function useForcePlaces(landscape: Landscape): Standing & { arrange: () => void } {
  const [standing, setStanding] = useState<Standing>({ places: null, arranged: 0 })
  const [arranged, setArranged] = useState(0)
  const known = useRef<Places>({})
  const task = JSON.stringify(taskOf(landscape))

  useEffect(() => {
    rounds += 1
    const round = rounds
    const take = ({ data }: MessageEvent<Answer>) => {
      if (data.round !== round) return
      known.current = { ...known.current, ...data.places }
      setStanding({ places: known.current, arranged })
    }
    worker.addEventListener('message', take)
    worker.postMessage({ round, task: { ...(JSON.parse(task) as ForceTask), known: known.current } })
    return () => worker.removeEventListener('message', take)
  }, [task, arranged])

  const arrange = () => {
    known.current = {}
    setArranged((before) => before + 1)
  }
  return { ...standing, arrange }
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
