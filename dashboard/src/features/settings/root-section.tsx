import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { wholeServicesQuery } from '@/shared/api/queries'
import { count, plain } from '@/shared/lib/format'
import { Empty, Loaded } from '@/shared/ui/states'
import { EditButton, useConfig } from './editing'
import { listOf, type Root, rootsOf } from './roots'
import { Section } from './section'
import styles from './settings.module.css'

/** Folders whose children are projects: those of the configuration, and those that a scan was told. */
export function RootSection() {
  const services = useQuery(wholeServicesQuery)
  const configured = useConfiguredRoots()
  return (
    <Section title="Roots" words="folders projects scan add" note="folders whose children are projects">
      <Loaded query={services}>
        {(list) => <RootList roots={rootsOf(list, configured ?? [])} configured={configured} />}
      </Loaded>
      <NewRoot configured={configured} />
    </Section>
  )
}

function useConfiguredRoots(): string[] | undefined {
  const setting = useConfig()?.settings.find(({ key }) => key === 'roots')
  return setting === undefined ? undefined : listOf(setting.value)
}

interface RootListProps {
  roots: Root[]
  configured: string[] | undefined
}

function RootList({ roots, configured }: RootListProps) {
  if (roots.length === 0)
    return <Empty title="No projects have been read yet">Add the folder that your projects are in.</Empty>
  return (
    <ul className={styles.list}>
      {roots.map((root) => (
        <li key={root.path} className={styles.row}>
          <code className={`${styles.name} pm-mono`}>{plain(root.path)}</code>
          <span className={styles.quiet}>
            {root.services === 0
              ? 'nothing was found in it yet'
              : `${count(root.projects, 'project')} · ${count(root.services, 'service')}`}
          </span>
          {root.configured === null ? (
            configured !== undefined && <span className={styles.quiet}>named by a scan</span>
          ) : (
            <EditButton of={plain(root.path)} request={() => removal(configured ?? [], root.configured)}>
              Remove
            </EditButton>
          )}
        </li>
      ))}
    </ul>
  )
}

function removal(configured: string[], path: string | null) {
  const rest = configured.filter((one) => one !== path)
  return { title: 'Remove a root', changes: [{ key: 'roots', value: rest.length === 0 ? null : rest }] }
}

function NewRoot({ configured }: { configured: string[] | undefined }) {
  const [path, setPath] = useState('')
  const wanted = path.trim()
  return (
    <div className={styles.form}>
      <TextInput
        className={styles.grow ?? ''}
        label="Another root"
        placeholder="~/projects"
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <EditButton
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
