import { describe, expect, it } from 'vitest'
import type { Shape } from '@/shared/api/client'
import { pathOf } from '@/shared/plan/file-states'
import { filesOf, isAddress, leftByRule } from './review'

const edit = (file: string): Shape<'PlanEdit'> => ({
  root: '/home/me/projects',
  project: file.split('/')[0] ?? '',
  file,
  line: 1,
  start: 0,
  end: 1,
  old: 'a',
  new: 'b',
  why: '',
  rule: '',
  path: '',
  text: 'config',
  confidence: 1,
})
const plan: Shape<'Plan'> = {
  kind: 'ip-change',
  wish: '',
  files: [],
  edits: [edit('shop/.env'), edit('shop/.env'), edit('blog/compose.yaml')],
  leftOut: [
    { ...edit('api/.env'), reason: 'somebody left this file out' },
    { ...edit('api/README.md'), reason: 'documentation is only listed' },
  ],
  youMustAlso: [],
  unresolved: [],
}

describe('the files of a change', () => {
  const excluded = ['/home/me/projects/api/.env']
  it('are counted by their places, and those left out stay in the list', () => {
    expect(filesOf(plan, [], excluded).map((one) => [one.file, one.places, one.isIncluded])).toEqual([
      ['api/.env', 1, false],
      ['blog/compose.yaml', 1, true],
      ['shop/.env', 2, true],
    ])
  })
  it('do not have what rules leave', () => {
    expect(leftByRule(plan, excluded).map((place) => place.file)).toEqual(['api/README.md'])
  })
  it('are named as the server names them', () => {
    expect(pathOf({ root: '/home/me/', file: 'a' })).toBe('/home/me/a')
  })
})

it('knows an address when it sees one', () => {
  for (const text of ['203.0.113.10', '::1', '2001:db8::7']) expect(isAddress(text)).toBe(true)
  for (const text of ['', '203.0.113', '256.1.1.1', 'example.org', '12:34'])
    expect(isAddress(text)).toBe(false)
})
