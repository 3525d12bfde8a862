import { describe, expect, it } from 'vitest'
import type { Shape } from './client'
import { hasEnded } from './job'

const job = (state: string, result?: unknown) => ({ id: 1, state, result }) as Shape<'Job'>

describe('a job', () => {
  it('goes on until its result is there', () => {
    expect(hasEnded(undefined)).toBe(false)
    expect(hasEnded(job('waiting'))).toBe(false)
    expect(hasEnded(job('running'))).toBe(false)
    expect(hasEnded(job('done'))).toBe(false)
    expect(hasEnded(job('done', null))).toBe(false)
    expect(hasEnded(job('done', { outcome: 'restarted' }))).toBe(true)
  })

  it('has ended without one where it came to nothing', () => {
    expect(hasEnded(job('failed'))).toBe(true)
    expect(hasEnded(job('cancelled', null))).toBe(true)
  })
})
