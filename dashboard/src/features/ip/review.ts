import type { Shape } from '@/shared/api/client'
import { pathOf } from '@/shared/plan/file-states'
import type { FileDiff } from '@/shared/plan/split-diff'

type Plan = Shape<'Plan'>

/** A file of the plan, or one that was left out by hand, with what would be written into it. */
export interface ReviewedFile {
  /** Absolute: what `exclude` takes. */
  path: string
  file: string
  project: string
  places: number
  isIncluded: boolean
  diff: FileDiff | null
}

/** Every file that has the old address in it and would be edited, whether it is left out by hand or not. */
export function filesOf(plan: Plan, diffs: FileDiff[], excluded: string[]): ReviewedFile[] {
  const files = new Map<string, ReviewedFile>()
  const left = plan.leftOut.filter((place) => excluded.includes(pathOf(place)))
  const take = (places: (Plan['edits'] | Plan['leftOut'])[number][], isIncluded: boolean) => {
    for (const place of places) {
      const path = pathOf(place)
      const known = files.get(path)
      if (known !== undefined) known.places += 1
      else
        files.set(path, {
          path,
          file: place.file,
          project: place.project,
          places: 1,
          isIncluded,
          diff: isIncluded ? (diffs.find((one) => one.path === place.file) ?? null) : null,
        })
    }
  }
  take(plan.edits, true)
  take(left, false)
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** What is left as it is for another reason than a person's word. */
export function leftByRule(plan: Plan, excluded: string[]): Plan['leftOut'] {
  return plan.leftOut.filter((place) => !excluded.includes(pathOf(place)))
}

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/

/** Whether a text can be an address at all; the server judges the rest. */
export function isAddress(text: string): boolean {
  return V4.test(text) || (/^[\da-f:.]{2,45}$/i.test(text) && text.split(':').length > 2)
}
