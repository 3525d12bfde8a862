import { Progress } from '@mantine/core'
import type { Shape } from '@/shared/api/client'
import { count, plain } from '@/shared/lib/format'
import { Status } from '@/shared/ui/status'
import { type FileState, fileStates, pathOf, percentOf, refusedFiles } from './file-states'
import styles from './plan-drawer.module.css'
import type { Preview } from './use-plan-run'

const MOST_SHOWN = 200
const LOOKS: Record<FileState, [state: string, word: string]> = {
  waiting: ['waiting', 'to come'],
  prepared: ['prepared', 'prepared'],
  written: ['running', 'written'],
  checked: ['done', 'written and checked'],
}

/** In the order in which they are written. */
export function filesOf(preview: Preview): string[] {
  if (preview.kind === 'undo') return preview.changes.map(({ file }) => file)
  const edited = new Set(preview.plan.edits.map(pathOf))
  return preview.plan.files.map(pathOf).filter((path) => edited.has(path))
}

/** What is being done, how far all of it is, and how far each file. */
export function FileProgress({ job, files }: { job: Shape<'Job'> | null; files: string[] }) {
  const percent = percentOf(job)
  return (
    <div className={styles.working}>
      <Progress
        className={styles.bar ?? ''}
        value={percent ?? 100}
        animated={percent === undefined}
        aria-label="Progress"
      />
      <span>
        {job?.step ?? 'waiting for its turn'}
        {percent !== undefined && job !== null && `: ${job.done} of ${count(job.total, 'file')}`}
      </span>
      <FileList files={files} look={(_, index) => LOOKS[fileStates(job, files.length)[index] ?? 'waiting']} />
    </div>
  )
}

/** What became of each file of a change that was made. */
export function FilesWritten({ files }: { files: string[] }) {
  return <FileList files={files} look={() => LOOKS.checked} />
}

/** What became of each file of a change that was not: all are as they were, but for what is told of some. */
export function FilesRefused({
  files,
  problem,
}: {
  files: string[]
  problem: Parameters<typeof refusedFiles>[1]
}) {
  const refused = refusedFiles(files, problem)
  const reasons = new Map(refused.map(({ file, reason }) => [file, reason]))
  const named = refused.filter(({ file }) => !files.includes(file)).map(({ file }) => file)
  return (
    <FileList
      files={[
        ...named,
        ...files.filter((file) => reasons.has(file)),
        ...files.filter((file) => !reasons.has(file)),
      ]}
      look={(file) => (reasons.has(file) ? ['needs-attention', 'look at it'] : ['undone', 'as it was'])}
      note={(file) => reasons.get(file)}
    />
  )
}

interface FileListProps {
  files: string[]
  look: (file: string, index: number) => readonly [state: string, word: string]
  note?: (file: string) => string | undefined
}

function FileList({ files, look, note }: FileListProps) {
  return (
    <ol className={styles.progress} aria-label="Files">
      {files.slice(0, MOST_SHOWN).map((file, index) => {
        const [state, word] = look(file, index)
        const more = note?.(file)
        return (
          <li key={file}>
            <Status state={state} label={word} />
            <span>
              <code className="pm-mono">{plain(file)}</code>
              {more !== undefined && <span className={styles.reason}>{plain(more)}</span>}
            </span>
          </li>
        )
      })}
      {files.length > MOST_SHOWN && <li>and {files.length - MOST_SHOWN} more</li>}
    </ol>
  )
}
