import type { Shape } from '@/shared/api/client'

/* How far each file of a change is, from its job. All files go through a step before any goes through the next, in the
 * order of the plan, so that what a job tells (a step, and how many are through it) is where each of them stands. */

export type FileState = 'waiting' | 'prepared' | 'written' | 'checked'

/** What files are before, and after, each step of a job. */
const STEPS: Record<string, [before: FileState, after: FileState]> = {
  'preparing files': ['waiting', 'prepared'],
  'writing files': ['prepared', 'written'],
  'checking files': ['written', 'checked'],
}

export function fileStates(
  job: Pick<Shape<'Job'>, 'step' | 'done' | 'total'> | null,
  files: number,
): FileState[] {
  const [before, after] = STEPS[job?.step ?? ''] ?? (['waiting', 'waiting'] as const)
  // Of a step that does not count files nobody knows how far each is.
  const through = job === null || job.total === 0 ? 0 : Math.min(files, job.done)
  return Array.from({ length: files }, (_, index) => (index < through ? after : before))
}

const ROUNDS = Object.keys(STEPS)

/** Of all that is to be done, in percent; undefined: nobody knows. */
export function percentOf(job: Pick<Shape<'Job'>, 'step' | 'done' | 'total'> | null): number | undefined {
  const round = ROUNDS.indexOf(job?.step ?? '')
  if (job === null || job.total === 0) return undefined
  if (round < 0) return (100 * job.done) / job.total
  return (100 * (round + job.done / job.total)) / ROUNDS.length
}

/** What kept a change from being made, by file: what the answer names, and a file that its sentence begins with. */
export function refusedFiles(
  files: string[],
  problem: { message: string; mistakes: { path?: string; detail: string }[] },
): { file: string; reason: string }[] {
  const told = problem.mistakes.flatMap(({ path, detail }) =>
    path === undefined ? [] : { file: path, reason: detail },
  )
  const others = files
    .filter((file) => !told.some((one) => one.file === file))
    .flatMap((file) => {
      const at = problem.message.indexOf(`${file}: `)
      return at < 0 ? [] : { file, reason: problem.message.slice(at + file.length + 2) }
    })
  return [...told, ...others]
}

/** Absolute. */
export function pathOf({ root, file }: { root: string; file: string }): string {
  return `${root.replace(/\/$/, '')}/${file}`
}

/** Of the files that a plan edits, those that a plan which is made now finds to be others. */
export function changedFiles(
  plan: Pick<Shape<'Plan'>, 'files' | 'edits'>,
  now: Shape<'PlanFile'>[] | undefined,
): string[] {
  if (now === undefined) return []
  const digests = new Map(now.map((file) => [pathOf(file), file.sha256]))
  const edited = new Set(plan.edits.map(pathOf))
  return plan.files
    .filter((file) => edited.has(pathOf(file)) && digests.get(pathOf(file)) !== file.sha256)
    .map(pathOf)
}
