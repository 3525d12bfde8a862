import { describe, expect, it } from 'vitest'
import {
  changesOf,
  draftOf,
  type EditedField,
  elementFields,
  type Field,
  isOfOneReading,
  mistakesByKey,
  textsOf,
  valueText,
} from './config'

function field(
  key: string,
  type: Field['type'],
  value: EditedField['value'],
  more: Partial<Field> = {},
): EditedField {
  return {
    key,
    value,
    isSet: value !== null,
    field: {
      key,
      type,
      meaning: '',
      default: null,
      choices: null,
      least: null,
      most: null,
      isSecret: false,
      byHand: false,
      atStart: false,
      ...more,
    },
  }
}

describe('changes of settings', () => {
  const fields = [
    field('ip.policy', 'text', 'propose'),
    field('ip.hold_down_s', 'integer', null),
    field('heal.enabled', 'flag', false),
    field('roots', 'list', ['/a']),
    field('ip.sources', 'list', ['gcp'], { choices: ['gcp', 'aws'] }),
  ]

  it('are none while nothing is touched', () => {
    expect(changesOf(fields, draftOf(fields))).toEqual([])
  })

  it('have the type that the key wants', () => {
    const draft = {
      ...draftOf(fields),
      'ip.hold_down_s': ' 30 ',
      'heal.enabled': 'true',
      roots: '/a\n\n /b ',
      'ip.sources': ['gcp', 'aws'],
    }
    expect(changesOf(fields, draft)).toEqual([
      { key: 'ip.hold_down_s', value: 30 },
      { key: 'heal.enabled', value: true },
      { key: 'roots', value: ['/a', '/b'] },
      { key: 'ip.sources', value: ['gcp', 'aws'] },
    ])
  })

  it('take a key away where its field is emptied', () => {
    const draft = { ...draftOf(fields), 'ip.policy': '', roots: '' }
    expect(changesOf(fields, draft)).toEqual([
      { key: 'ip.policy', value: null },
      { key: 'roots', value: null },
    ])
  })

  it('keep a list that nothing is ticked of', () => {
    expect(changesOf(fields, { ...draftOf(fields), 'ip.sources': [] })).toEqual([
      { key: 'ip.sources', value: [] },
    ])
  })

  it('take a secret out that is set, and leave it while nothing is said', () => {
    const secret = { ...field('notify.webhook.secret', 'text', null, { isSecret: true }), isSet: true }
    expect(changesOf([secret], draftOf([secret]))).toEqual([])
    expect(changesOf([secret], { [secret.key]: '' })).toEqual([])
    expect(changesOf([secret], { [secret.key]: 'new' })).toEqual([{ key: secret.key, value: 'new' }])
    expect(changesOf([secret], { [secret.key]: [] })).toEqual([{ key: secret.key, value: null }])
  })

  it('leave to the server what is no number', () => {
    expect(changesOf(fields, { ...draftOf(fields), 'ip.hold_down_s': 'soon' })).toEqual([
      { key: 'ip.hold_down_s', value: 'soon' },
    ])
  })
})

describe('elements of tables', () => {
  it('have the keys that may be changed here, by their place', () => {
    const table = {
      key: 'service',
      meaning: '',
      fields: [
        field('match', 'text', null).field,
        field('restart.unit', 'text', null, { byHand: true }).field,
      ],
      elements: [{ line: 3, values: { match: 'name:api' } }],
    }
    const typed = table as unknown as Parameters<typeof elementFields>[0]
    expect(elementFields(typed, 0).map(({ key, value }) => [key, value])).toEqual([
      ['service[0].match', 'name:api'],
    ])
    expect(elementFields(typed, 1).map(({ key, value }) => [key, value])).toEqual([
      ['service[1].match', null],
    ])
  })
})

describe('wishes', () => {
  it('of places in a list, and of whole lists, hold only for what they were made from', () => {
    expect(isOfOneReading([{ key: 'service[1].pinned', value: 'x' }])).toBe(true)
    expect(isOfOneReading([{ key: 'service[0]', value: null }])).toBe(true)
    expect(isOfOneReading([{ key: 'roots', value: null }])).toBe(true)
    expect(
      isOfOneReading([
        { key: 'ip.policy', value: 'apply' },
        { key: 'ip.sources', value: [] },
      ]),
    ).toBe(true)
    expect(isOfOneReading([{ key: 'ip.policy', value: null }])).toBe(false)
  })
})

describe('mistakes', () => {
  it('find the field that they are about', () => {
    const changes = [
      { key: 'ip.policy', value: 'x' },
      { key: 'pools.api', value: [] },
    ]
    expect(
      mistakesByKey(changes, [
        { pointer: '/changes/1/value', detail: 'line 7: no range' },
        { pointer: '', detail: 'line 2: wrong' },
      ]),
    ).toEqual({ byKey: { 'pools.api': 'no range' }, others: ['line 2: wrong'] })
  })
})

describe('values', () => {
  it('read as people say them', () => {
    expect([null, '', [], ['a', 'b'], true, 0].map(valueText)).toEqual(['–', '–', 'none', 'a, b', 'yes', '0'])
  })
})

it('takes no list from a file that says none', () => {
  expect(textsOf('~/projects')).toEqual([])
  expect(textsOf(null)).toEqual([])
  expect(textsOf(['/a', 1])).toEqual(['/a'])
})
