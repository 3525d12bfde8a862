import { Button, Checkbox, Group, Select, Textarea, TextInput } from '@mantine/core'
import { plain } from '@/shared/lib/format'
import type { EditedField, Value } from './config'
import { valueText } from './config'
import styles from './editor.module.css'
import { Meaning } from './meaning'

interface FieldInputProps {
  edited: EditedField
  input: string | string[] | null
  error: string | undefined
  onInput: (input: string | string[] | null) => void
}

/** One key of the configuration, by its type; empty is its default. */
export function FieldInput({ edited, input, error, onInput }: FieldInputProps) {
  const { field, isSet } = edited
  const common = {
    label: <code className="pm-mono">{field.key}</code>,
    description: <Meaning text={field.meaning} />,
    error: error === undefined ? undefined : plain(error),
    'data-key': edited.key,
  }
  const fallback = field.default === '' ? 'not set' : `default: ${valueText(field.default as Value)}`
  if (field.type === 'list' && field.choices !== null)
    return (
      <Checkbox.Group
        size="xs"
        label={common.label}
        description={common.description}
        error={common.error}
        value={Array.isArray(input) ? input : ((field.default as string[] | null) ?? [])}
        onChange={onInput}
      >
        <Group className={styles.ticks ?? ''} gap="xs">
          {field.choices.map((choice) => (
            <Checkbox key={choice} size="xs" value={choice} label={choice} />
          ))}
        </Group>
      </Checkbox.Group>
    )
  const text = typeof input === 'string' ? input : ''
  if (field.type === 'list')
    return (
      <Textarea
        {...common}
        autosize
        minRows={2}
        placeholder={field.default === null ? 'one a line' : fallback}
        value={text}
        onChange={(event) => onInput(event.currentTarget.value)}
      />
    )
  if (field.type === 'flag' || field.choices !== null)
    return (
      <Select
        {...common}
        clearable
        placeholder={field.default === null ? 'choose one' : fallback}
        data={
          field.choices ?? [
            { value: 'true', label: 'yes' },
            { value: 'false', label: 'no' },
          ]
        }
        value={text === '' ? null : text}
        onChange={(value) => onInput(value ?? '')}
      />
    )
  const isTakenOut = Array.isArray(input)
  return (
    <TextInput
      {...common}
      type={field.isSecret ? 'password' : 'text'}
      autoComplete="off"
      inputMode={field.type === 'integer' ? 'numeric' : undefined}
      placeholder={field.isSecret ? secretText(isSet, isTakenOut) : fallback}
      rightSectionWidth={field.isSecret && isSet ? 104 : undefined}
      rightSection={
        field.isSecret &&
        isSet && (
          <Button size="compact-xs" variant="default" onClick={() => onInput(isTakenOut ? null : [])}>
            {isTakenOut ? 'Keep it' : 'Take it out'}
            <span className="pm-hidden"> {field.key}</span>
          </Button>
        )
      }
      value={text}
      onChange={(event) => onInput(event.currentTarget.value)}
    />
  )
}

function secretText(isSet: boolean, isTakenOut: boolean): string {
  if (isTakenOut) return 'is taken out'
  return isSet ? 'set, and not shown' : 'not set'
}
