import { Alert } from '@mantine/core'
import { plain } from '@/shared/lib/format'

/** What was saved since the plan was made: it does not hold any more, and has to be made again. */
export function ChangedOnDisk({ files }: { files: string[] }) {
  if (files.length === 0) return null
  return (
    <Alert color="yellow" title="Changed on disk since" variant="light" role="alert">
      Somebody saved these after they were read. Nothing is written until it is planned again.
      <ul aria-label="Changed on disk">
        {files.map((file) => (
          <li key={file}>
            <code className="pm-mono">{plain(file)}</code>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
