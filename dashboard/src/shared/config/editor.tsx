import { Alert, Button, Drawer } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useEffectEvent, useState } from 'react'
import { answered, api } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem, Problem } from '@/shared/api/problem'
import { configQuery, keys } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { later } from '@/shared/ui/later'
import { Empty, Failure, Skeletons } from '@/shared/ui/states'
import { type Change, changesOf, draftOf, type EditedField, isOfOneReading, mistakesByKey } from './config'
import styles from './editor.module.css'
import { FieldInput } from './field-input'

const DiffView = later(() => import('@/shared/plan/diff-view'), <Skeletons rows={6} />)

/** What somebody wants to edit: fields to fill in, or changes that are clear already. */
export interface EditorRequest {
  title: string
  fields?: EditedField[]
  changes?: Change[]
}

interface EditorProps {
  request: EditorRequest
  /** Of the settings that the request was made of. */
  tag: string | null
  onClose: () => void
}

/** Fields, then the diff of config.toml, then the word. Nothing is written before the diff was seen, and nothing
 * over what somebody else wrote meanwhile. */
export default function Editor({ request, tag: readTag, onClose }: EditorProps) {
  const client = useQueryClient()
  const config = useQuery(configQuery)
  const fields = request.fields ?? []
  const [draft, setDraft] = useState(() => draftOf(fields))
  const changes = request.changes ?? changesOf(fields, draft)
  const look = useMutation({
    mutationFn: async (wish: Change[]) => {
      // Against the file as it is now: that is what the diff is of, and what saving is held against.
      const { tag } = await client.fetchQuery({ ...configQuery, staleTime: 0 })
      if (tag !== readTag && isOfOneReading(wish))
        throw new Problem(
          412,
          'Changed elsewhere',
          'Somebody changed the settings since you opened this. Close it and open it again.',
        )
      const { diff } = await put(wish, tag, true)
      return { diff, tag, wish }
    },
  })
  const save = useMutation({
    mutationFn: ({ wish, tag }: { wish: Change[]; tag: string | null }) => put(wish, tag, false),
    onSuccess: async (change) => {
      // Read again before the next edit may begin: it would be made of settings that are gone.
      await client.invalidateQueries({ queryKey: keys.config })
      notifications.show({
        title: change.transactionId === null ? 'It was so already' : 'Saved',
        message:
          change.transactionId === null
            ? 'Nothing had to be written.'
            : `Transaction ${change.transactionId}: it holds from now on. History, or the key u, takes it back.`,
      })
      onClose()
    },
  })
  const mistakes = mistakesByKey(look.variables ?? [], look.isError ? asProblem(look.error).mistakes : [])
  const isDirect = request.changes !== undefined
  const lookAtOnce = useEffectEvent(() => look.mutate(changes))
  useEffect(() => {
    if (isDirect) lookAtOnce()
  }, [isDirect])

  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.reset()
    look.mutate(changes)
  }
  const isSeen = look.isSuccess
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(720px, 100vw)"
      title={request.title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {isSeen ? (
        <Review
          diff={look.data.diff}
          file={config.data?.data.file ?? 'config.toml'}
          problem={save.isError ? asProblem(save.error) : null}
          isSaving={save.isPending}
          onBack={isDirect ? null : look.reset}
          onAgain={() => {
            save.reset()
            look.mutate(look.data.wish)
          }}
          onSave={() => save.mutate(look.data)}
          onClose={onClose}
        />
      ) : (
        <form className={styles.editor} onSubmit={submit} aria-label={request.title}>
          {fields.map((edited) => (
            <FieldInput
              key={edited.key}
              edited={edited}
              input={draft[edited.key] ?? null}
              error={mistakes.byKey[edited.key]}
              onInput={(input) => setDraft((known) => ({ ...known, [edited.key]: input }))}
            />
          ))}
          <Mistakes
            problem={look.isError ? asProblem(look.error) : null}
            onRetry={() => look.mutate(look.variables ?? changes)}
            texts={[
              ...mistakes.others,
              ...Object.entries(mistakes.byKey)
                .filter(([key]) => !fields.some((edited) => edited.key === key))
                .map(([, text]) => text),
            ]}
          />
          {isDirect && look.isPending && <Skeletons rows={4} />}
          <div className={styles.editorFoot}>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            {!isDirect && (
              <Button type="submit" loading={look.isPending} disabled={changes.length === 0}>
                Show the diff
              </Button>
            )}
          </div>
        </form>
      )}
    </Drawer>
  )
}

async function put(changes: Change[], tag: string | null, dryRun: boolean) {
  const headers = tag === null ? {} : { 'If-Match': tag }
  const change = await answered(api.PUT('/api/config', { body: { changes, dryRun }, headers }))
  return change as { diff: string; transactionId: number | null }
}

interface MistakesProps {
  problem: Problem | null
  texts: string[]
  onRetry: () => void
}

function Mistakes({ problem, texts, onRetry }: MistakesProps) {
  if (problem === null) return null
  if (problem.mistakes.length === 0)
    return <Failure error={problem} onRetry={problem.isChangedElsewhere ? undefined : onRetry} />
  if (texts.length === 0) return null
  return (
    <Alert color="red" title="This cannot be saved">
      {texts.map((text) => (
        <div key={text}>{plain(text)}</div>
      ))}
    </Alert>
  )
}

interface ReviewProps {
  diff: string
  file: string
  problem: Problem | null
  isSaving: boolean
  onBack: (() => void) | null
  onAgain: () => void
  onSave: () => void
  onClose: () => void
}

function Review({ diff, file, problem, isSaving, onBack, onAgain, onSave, onClose }: ReviewProps) {
  const whyNot = useWhyNot('admin')
  return (
    <div className={styles.editor}>
      <p className="pm-muted">
        This is written to <code className="pm-mono">{plain(file)}</code>, and holds at once.
      </p>
      {problem?.status === 412 ? (
        <Alert color="yellow" title="Changed elsewhere">
          Somebody wrote the file since this diff was made. Nothing was written; look at what yours would
          change now.
        </Alert>
      ) : (
        problem !== null && <Failure error={problem} />
      )}
      {diff === '' ? <Empty title="Nothing would change" good /> : <DiffView text={diff} />}
      <div className={styles.editorFoot}>
        <Button variant="default" onClick={onBack ?? onClose}>
          {onBack === null ? 'Cancel' : 'Back'}
        </Button>
        {problem?.status === 412 ? (
          <Button onClick={onAgain}>Show the diff again</Button>
        ) : (
          <Button
            onClick={onSave}
            loading={isSaving}
            disabled={whyNot !== null || diff === ''}
            title={whyNot ?? undefined}
            data-autofocus
          >
            Save
          </Button>
        )}
      </div>
    </div>
  )
}
