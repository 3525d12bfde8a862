import { Alert, Button, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answeredWithTag, api, type Shape } from '@/shared/api/client'
import { asProblem, mistakeAt } from '@/shared/api/problem'
import { keys, serviceQuery } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import styles from './service-detail.module.css'

interface ServiceEditProps {
  service: Shape<'Service'>
  tag: string | null
  onClose: () => void
}

interface Draft {
  serviceName: string
  protocol: string
  tags: string
  pinned: string
}

const FIELDS: [key: keyof Draft, name: string][] = [
  ['serviceName', 'name'],
  ['protocol', 'protocol'],
  ['tags', 'tags'],
  ['pinned', 'pin'],
]

/** What only the registry knows. It is written against the state that was read: who was quicker is shown, and
 * never overwritten unseen. */
export function ServiceEdit({ service, tag, onClose }: ServiceEditProps) {
  const client = useQueryClient()
  const [base, setBase] = useState({ draft: draftOf(service), tag })
  const [draft, setDraft] = useState(base.draft)
  const theirs = changesBetween(base.draft, draftOf(service))
  const save = useMutation({
    mutationFn: async () => {
      const headers = base.tag === null ? {} : { 'If-Match': base.tag }
      return answeredWithTag(
        api.PUT('/api/services/{id}', {
          params: { path: { id: service.id } },
          body: wishOf(base.draft, draft),
          headers,
        }),
      )
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.service(service.id) })
      onClose()
    },
    onError: (error) => {
      // What is there now has to be seen before anybody decides.
      if (asProblem(error).isChangedElsewhere) void client.refetchQueries(serviceQuery(service.id))
    },
  })
  const problem = save.isError ? asProblem(save.error) : null
  const set = (key: keyof Draft) => (value: string) => setDraft((known) => ({ ...known, [key]: value }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const rebase = (next: Draft) => {
    setBase({ draft: draftOf(service), tag })
    setDraft(next)
    save.reset()
  }

  return (
    <form className={styles.form} onSubmit={submit} aria-label="Edit the service">
      {theirs.length > 0 && (
        <Alert className={styles.wide ?? ''} color="yellow" title="Changed elsewhere">
          <ul className={styles.theirs}>
            {theirs.map(([name, before, now]) => (
              <li key={name}>
                {name}: “{plain(before)}” is “{plain(now)}” now
              </li>
            ))}
          </ul>
          <div className={styles.actions}>
            <Button variant="default" onClick={() => rebase(draftOf(service))}>
              Take theirs
            </Button>
            <Button variant="default" onClick={() => rebase(merged(base.draft, draft, draftOf(service)))}>
              Keep my edits on top
            </Button>
          </div>
        </Alert>
      )}
      <TextInput
        label="Name"
        description={
          service.observedName === undefined ? undefined : `Its files say “${plain(service.observedName)}”.`
        }
        value={draft.serviceName}
        onChange={(event) => set('serviceName')(event.currentTarget.value)}
        error={mistakeAt(problem, '/serviceName')}
        data-autofocus
      />
      <Select
        label="Protocol"
        data={['http', 'ws', 'tcp', 'udp']}
        value={draft.protocol}
        allowDeselect={false}
        onChange={(value) => set('protocol')(value ?? draft.protocol)}
        error={mistakeAt(problem, '/protocol')}
      />
      <TextInput
        className={styles.wide ?? ''}
        label="Tags"
        description="Separated by commas"
        value={draft.tags}
        onChange={(event) => set('tags')(event.currentTarget.value)}
        error={mistakeAt(problem, '/tags')}
      />
      <TextInput
        className={styles.wide ?? ''}
        label="Pinned, since"
        description="Why its port may not be moved; empty: it may."
        value={draft.pinned}
        onChange={(event) => set('pinned')(event.currentTarget.value)}
        error={mistakeAt(problem, '/pinned')}
      />
      {problem !== null && !problem.isChangedElsewhere && (
        <Alert className={styles.wide ?? ''} color="red" title={problem.title}>
          {plain(problem.message)}
        </Alert>
      )}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          type="submit"
          loading={save.isPending}
          disabled={theirs.length > 0 || changesBetween(base.draft, draft).length === 0}
        >
          Save
        </Button>
      </div>
    </form>
  )
}

function draftOf(service: Shape<'Service'>): Draft {
  return {
    serviceName: service.serviceName,
    protocol: service.protocol,
    tags: service.tags.join(', '),
    pinned: service.pinned,
  }
}

function changesBetween(before: Draft, now: Draft): [name: string, before: string, now: string][] {
  return FIELDS.filter(([key]) => before[key] !== now[key]).map(([key, name]) => [
    name,
    before[key],
    now[key],
  ])
}

/** Mine where I changed something, theirs elsewhere. */
function merged(base: Draft, mine: Draft, theirs: Draft): Draft {
  const result = { ...theirs }
  for (const [key] of FIELDS) if (mine[key] !== base[key]) result[key] = mine[key]
  return result
}

function wishOf(base: Draft, draft: Draft): Shape<'ServiceWish'> {
  const wish: Shape<'ServiceWish'> = {}
  if (draft.serviceName !== base.serviceName) wish.serviceName = draft.serviceName.trim()
  if (draft.protocol !== base.protocol) wish.protocol = draft.protocol as 'http' | 'ws' | 'tcp' | 'udp'
  if (draft.pinned !== base.pinned) wish.pinned = draft.pinned.trim()
  if (draft.tags !== base.tags)
    wish.tags = draft.tags
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '')
  return wish
}
