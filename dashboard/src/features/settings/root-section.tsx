import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answered, api } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem } from '@/shared/api/problem'
import { keys, rootsQuery } from '@/shared/api/queries'
import { EditButton } from '@/shared/config/editing'
import { NewRoot, useConfiguredRoots } from '@/shared/config/new-root'
import { count, plain } from '@/shared/lib/format'
import { Empty, Loaded } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { type Root, rootsOf } from './roots'
import { Section } from './section'
import styles from './settings.module.css'

/** Folders whose children are projects: those of the configuration, and those that a scan was told. */
export function RootSection() {
  const roots = useQuery(rootsQuery)
  const configured = useConfiguredRoots()
  return (
    <Section
      title="Roots"
      words="folders projects scan add forget"
      note="folders whose children are projects"
    >
      <Loaded query={roots}>
        {(list) => <RootList roots={rootsOf(list, configured ?? [])} configured={configured} />}
      </Loaded>
      <div className={styles.form}>
        <NewRoot label="Another root" />
      </div>
    </Section>
  )
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
            {!root.there && 'not there now · '}
            {root.services === 0
              ? 'nothing was found in it yet'
              : `${count(root.projects, 'project')} · ${count(root.services, 'service')}`}
            {!root.configured && ' · named by a scan'}
          </span>
          {root.written !== null && (
            <EditButton of={plain(root.path)} request={() => removal(configured ?? [], root.written)}>
              Remove
            </EditButton>
          )}
          {!root.configured && <ForgetButton root={root} />}
        </li>
      ))}
    </ul>
  )
}

/** What a scan named stands in no file: the registry forgets it, with a second word, and nothing else. */
function ForgetButton({ root }: { root: Root }) {
  const client = useQueryClient()
  const whyNot = useWhyNot()
  const [isSure, setSure] = useState(false)
  const forget = useMutation({
    mutationFn: () => answered(api.DELETE('/api/roots/{id}', { params: { path: { id: root.id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.roots }),
  })
  return (
    <>
      {forget.isError && <Status state="failed" label={plain(asProblem(forget.error).message)} />}
      <Button
        size="compact-xs"
        variant={isSure ? 'filled' : 'default'}
        color={isSure ? 'red' : 'blue'}
        disabled={whyNot !== null}
        title={whyNot ?? 'Its services go out of the registry; its files stay as they are'}
        loading={forget.isPending}
        onClick={() => (isSure ? forget.mutate() : setSure(true))}
        onBlur={() => setSure(false)}
      >
        {isSure ? `Forget ${count(root.services, 'service')}` : 'Forget'}
        <span className="pm-hidden"> {plain(root.path)}</span>
      </Button>
    </>
  )
}

function removal(configured: string[], path: string | null) {
  const rest = configured.filter((one) => one !== path)
  return { title: 'Remove a root', changes: [{ key: 'roots', value: rest.length === 0 ? null : rest }] }
}
