import { describe, expect, it } from 'vitest'
import type { Shape } from '@/shared/api/client'
import { endedOf, reportOf } from './report'

const run = (report: object, finished: string | null = null) =>
  ({ report, finished }) as unknown as Shape<'ChangeRun'>

describe('what a change reports', () => {
  it('is nothing before its first stage is over', () => {
    expect(reportOf(run({}))).toEqual({ size: '', cause: '', notUp: [] })
  })

  it('says how much was written, what was restarted, and how long it took', () => {
    const restarts = [{ end: 'restarted' }, { end: 'failed' }]
    const report = { files: 37, edits: 40, elapsedMs: 5_930, restarts, cause: null }
    expect(reportOf(run(report, '2026-11-29T09:16:41Z')).size).toBe(
      '40 edits in 37 files, 1 of 2 restarts done, 6 s in all',
    )
    expect(reportOf(run(report)).size).toMatch(/6 s so far$/)
  })

  it('names what was up before and is down, and nothing else', () => {
    const services = [
      { serviceId: 1, before: 'up', after: 'down' },
      { serviceId: 2, before: 'down', after: 'down' },
      { serviceId: 3, before: 'up', after: 'up' },
    ]
    expect(reportOf(run({ services })).notUp.map(({ serviceId }) => serviceId)).toEqual([1])
  })

  it('is told once: what waits for a person is not among what is over', () => {
    const runs = [{ id: 1 }, { id: 2 }] as Shape<'ChangeRun'>[]
    expect(endedOf(runs, [{ id: 2 }] as Shape<'ChangeRun'>[]).map(({ id }) => id)).toEqual([1])
  })
})
