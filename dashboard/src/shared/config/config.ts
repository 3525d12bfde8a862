import type { Shape } from '@/shared/api/client'

export type Config = Shape<'Config'>
export type Field = Shape<'ConfigField'>
export type Setting = Shape<'ConfigSetting'>
export type Change = Shape<'ConfigOneChange'>

/** What a setting can be; null: it is not set, and its default holds. */
export type Value = string | number | boolean | string[] | null

/** A key that is edited: by its whole name, as in service[2].pinned. */
export interface EditedField {
  key: string
  field: Field
  value: Value
  /** A secret has no value to show. */
  isSet: boolean
}

/** What stands in the inputs: texts as they are typed, a list as one entry a line or as what is ticked. Of a secret
 * that is set nothing stands there, so that emptiness says nothing: an empty list is that it is taken out. */
export type Draft = Record<string, string | string[] | null>

export function settingField(setting: Setting): EditedField {
  return { key: setting.key, field: setting, value: setting.value as Value, isSet: setting.isSet }
}

/** The fields of one element of a list of tables; of a new one nothing is set. */
export function elementFields(table: Shape<'ConfigTable'>, index: number): EditedField[] {
  const values = (table.elements[index]?.values ?? {}) as Record<string, Value>
  return table.fields
    .filter((field) => !field.byHand)
    .map((field) => ({
      key: `${table.key}[${index}].${field.key}`,
      field,
      value: values[field.key] ?? null,
      isSet: field.key in values,
    }))
}

export function draftOf(fields: EditedField[]): Draft {
  return Object.fromEntries(fields.map(({ key, field, value }) => [key, inputOf(field, value)]))
}

function inputOf(field: Field, value: Value): string | string[] | null {
  if (value === null) return field.type === 'list' && field.choices === null ? '' : null
  if (Array.isArray(value)) return field.choices === null ? value.join('\n') : value
  return String(value)
}

/** What is to be written: of each field that was touched its value, or null where it goes back to the default. */
export function changesOf(fields: EditedField[], draft: Draft): Change[] {
  const before = draftOf(fields)
  return fields
    .filter(({ key }) => !isSame(draft[key] ?? null, before[key] ?? null))
    .map(({ key, field }) => ({ key, value: wished(field, draft[key] ?? null) }))
}

function isSame(a: string | string[] | null, b: string | string[] | null): boolean {
  return JSON.stringify(a ?? '') === JSON.stringify(b ?? '')
}

/** What is no number is sent as it was typed: the server says what is wrong with it. */
function wished(field: Field, input: string | string[] | null): Value {
  if (input === null || (field.isSecret && Array.isArray(input))) return null
  if (Array.isArray(input)) return input
  const text = input.trim()
  if (text === '') return null
  if (field.type === 'flag') return text === 'true'
  if (field.type === 'list')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  if ((field.type === 'integer' || field.type === 'number') && Number.isFinite(Number(text)))
    return Number(text)
  return text
}

/** Such wishes hold only for the file that they were made from: a place in it is another's once somebody else has
 * removed what stood before, and a whole list takes out what somebody else has added. */
export function isOfOneReading(changes: Change[]): boolean {
  return changes.some(({ key, value }) => key.includes('[') || key === 'roots' || Array.isArray(value))
}

export function valueText(value: Value): string {
  if (value === null || value === '') return '–'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return String(value)
}

/** Settings whose keys begin so, in the order of the table. */
export function settingsBelow(config: Config, prefixes: string[]): Setting[] {
  return config.settings.filter(({ key }) => prefixes.some((prefix) => key.startsWith(prefix)))
}

/** The pointer of a change's mistake, as the API gives it, to the key that it is about. */
export function mistakesByKey(
  changes: Change[],
  mistakes: { pointer?: string; detail: string }[],
): { byKey: Record<string, string>; others: string[] } {
  const byKey: Record<string, string> = {}
  const others: string[] = []
  for (const { pointer, detail } of mistakes) {
    const change = changes[Number(/^\/changes\/(\d+)\//.exec(pointer ?? '')?.[1] ?? -1)]
    const text = detail.replace(/^line \d+: /, '')
    if (change === undefined) others.push(detail)
    else byKey[change.key] = text
  }
  return { byKey, others }
}

/** A setting's value as a list; a file with a mistake may say anything there. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
