import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { textsOf } from './config'
import { EditButton, useConfig } from './editing'
import styles from './new-root.module.css'

/** The roots as the configuration writes them; undefined: it is not there, or not for this one. */
export function useConfiguredRoots(): string[] | undefined {
  const setting = useConfig()?.settings.find(({ key }) => key === 'roots')
  return setting === undefined ? undefined : textsOf(setting.value)
}

/** One more folder whose children are projects; the diff of the configuration comes first. */
export function NewRoot({ label }: { label: string }) {
  const configured = useConfiguredRoots()
  const [path, setPath] = useState('')
  const wanted = path.trim()
  return (
    <div className={styles.form}>
      <TextInput
        className={styles.path ?? ''}
        label={label}
        placeholder="~/projects"
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <EditButton
        size="xs"
        request={() =>
          configured === undefined || wanted === ''
            ? undefined
            : { title: 'Add a root', changes: [{ key: 'roots', value: [...configured, wanted] }] }
        }
      >
        Add the root
      </EditButton>
    </div>
  )
}
