import { describe, expect, it } from 'vitest'
import { changedFiles, fileStates, percentOf, refusedFiles } from './file-states'

const job = (step: string | null, done = 0, total = 0) => ({ step, done, total })

describe('how far each file is', () => {
  it('is nowhere before the job begins, and while it locks', () => {
    expect(fileStates(null, 2)).toEqual(['waiting', 'waiting'])
    expect(fileStates(job('writing files'), 2)).toEqual(['prepared', 'prepared'])
    expect(fileStates(job(null), 2)).toEqual(['waiting', 'waiting'])
  })

  it('goes step by step, in the order of the plan', () => {
    expect(fileStates(job('preparing files', 1, 3), 3)).toEqual(['prepared', 'waiting', 'waiting'])
    expect(fileStates(job('writing files', 2, 3), 3)).toEqual(['written', 'written', 'prepared'])
    expect(fileStates(job('checking files', 3, 3), 3)).toEqual(['checked', 'checked', 'checked'])
  })

  it('is told of no more files than there are', () => {
    expect(fileStates(job('checking files', 9, 9), 1)).toEqual(['checked'])
  })

  it('grows from step to step', () => {
    expect(percentOf(null)).toBeUndefined()
    expect(percentOf(job('waiting for locks'))).toBeUndefined()
    const steps = [job('preparing files', 3, 3), job('writing files', 1, 3), job('checking files', 3, 3)]
    expect(steps.map((one) => Math.round(percentOf(one) ?? -1))).toEqual([33, 44, 100])
  })
})

describe('what kept a change from being made', () => {
  it('is every file that the answer names', () => {
    const problem = {
      message: '2 files do not fit',
      mistakes: [{ path: '/w/a', detail: 'was changed since' }, { detail: 'x' }],
    }
    expect(refusedFiles(['/w/a', '/w/b'], problem)).toEqual([{ file: '/w/a', reason: 'was changed since' }])
  })

  it('is the file of the sentence too, but none whose name only begins like it', () => {
    const problem = {
      message: 'everything was taken back: /w/b.env: was saved by another program meanwhile',
      mistakes: [],
    }
    expect(refusedFiles(['/w/b', '/w/b.env'], problem)).toEqual([
      { file: '/w/b.env', reason: 'was saved by another program meanwhile' },
    ])
  })
})

describe('what was saved since a plan was made', () => {
  const file = (name: string, sha256: string) => ({ root: '/w', file: name, size: 1, sha256 })
  const edit = (name: string) => ({ root: '/w', file: name })
  const plan = {
    files: [file('a', '1'), file('b', '2'), file('c', '3')],
    edits: [edit('a'), edit('b')],
  } as Parameters<typeof changedFiles>[0]

  it('is nothing as long as nobody has looked again', () => {
    expect(changedFiles(plan, undefined)).toEqual([])
    expect(changedFiles(plan, plan.files)).toEqual([])
  })

  it('is what has other bytes, or is not there; only read files do not count', () => {
    expect(changedFiles(plan, [file('a', '9'), file('c', '9')])).toEqual(['/w/a', '/w/b'])
  })
})
