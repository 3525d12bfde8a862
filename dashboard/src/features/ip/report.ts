import type { Shape } from '@/shared/api/client'
import { count, duration } from '@/shared/lib/format'

type Service = Shape<'ChangedService'>

export interface RunFacts {
  /** “40 edits in 37 files, 3 restarts, 2 min in all”; '' nobody knows yet. */
  size: string
  cause: string
  /** Services that were to be up afterwards, and are not. */
  notUp: Service[]
}

/** What a change's report says; before the first stage is over it is empty. */
export function reportOf(run: Pick<Shape<'ChangeRun'>, 'report' | 'finished'>): RunFacts {
  const report = run.report as {
    files?: number
    edits?: number
    elapsedMs?: number
    cause?: string | null
    services?: Service[]
    restarts?: { end: string }[]
  }
  const { files = 0, edits = 0, elapsedMs = 0, services = [], restarts = [] } = report
  const restarted = restarts.filter(({ end }) => end === 'restarted').length
  const facts = [
    edits > 0 ? `${count(edits, 'edit')} in ${count(files, 'file')}` : '',
    restarts.length > 0 ? `${restarted} of ${count(restarts.length, 'restart')} done` : '',
    elapsedMs > 0 ? `${duration(elapsedMs / 1_000)} ${run.finished === null ? 'so far' : 'in all'}` : '',
  ]
  return {
    size: facts.filter((fact) => fact !== '').join(', '),
    cause: report.cause ?? '',
    notUp: services.filter(({ before, after }) => before === 'up' && after === 'down'),
  }
}

/** What is over, and waits for nobody. */
export function endedOf(recent: Shape<'ChangeRun'>[], waiting: Shape<'ChangeRun'>[]): Shape<'ChangeRun'>[] {
  const ids = new Set(waiting.map(({ id }) => id))
  return recent.filter(({ id }) => !ids.has(id))
}
