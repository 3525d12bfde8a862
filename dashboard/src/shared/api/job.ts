import type { Shape } from './client'

/** Nothing more is to come of it. An event may tell that a job is done before its result was fetched: then it
 * is still to come. */
export function hasEnded(job: Shape<'Job'> | undefined): boolean {
  if (job === undefined || job.state === 'waiting' || job.state === 'running') return false
  return job.state !== 'done' || (job.result ?? null) !== null
}
