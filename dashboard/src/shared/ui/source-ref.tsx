import { Fragment } from 'react'
import { plain } from '@/shared/lib/format'

/** file:line. A path that is too long goes on behind one of its slashes, if it can, and the line stays whole. */
export function SourceRef({ file, line }: { file: string; line?: number | undefined }) {
  const folders = plain(file).split(/(?<=\/)/)
  return (
    <code className="pm-mono" style={{ overflowWrap: 'anywhere' }}>
      {folders.map((folder, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same name may stand twice in a path
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {folder}
        </Fragment>
      ))}
      {line !== undefined && line > 0 && <span className="pm-muted">:{line}</span>}
    </code>
  )
}
