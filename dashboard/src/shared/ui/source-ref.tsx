import { plain } from '@/shared/lib/format'

/** file:line. The line stays whole where the path has to be cut. */
export function SourceRef({ file, line }: { file: string; line?: number | undefined }) {
  return (
    <code className="pm-mono" style={{ overflowWrap: 'anywhere' }}>
      {plain(file)}
      {line !== undefined && line > 0 && <span className="pm-muted">:{line}</span>}
    </code>
  )
}
