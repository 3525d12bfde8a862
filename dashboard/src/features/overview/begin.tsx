import { useWhyNot } from '@/shared/api/may'
import { EditProvider } from '@/shared/config/editing'
import { NewRoot } from '@/shared/config/new-root'
import { CopyButton } from '@/shared/ui/copy-button'
import { Panel } from '@/shared/ui/page'
import styles from './overview.module.css'

const COMMAND = 'port-manager scan ~/projects'

/** What one sees who has just started it: nothing is known yet, and what to do about that. */
export function Begin({ isScanned }: { isScanned: boolean }) {
  const whyNot = useWhyNot('admin')
  return (
    <EditProvider>
      <Panel title="Begin">
        <div className={styles.begin}>
          <p>
            <strong>
              {isScanned ? 'No service was found in what was read.' : 'No project has been read yet.'}
            </strong>{' '}
            Name the folder that your projects are in. Their files are read as they are: no manifest is asked
            for, and nothing is written before you have seen the diff.
          </p>
          <NewRoot label="Folder whose children are your projects" />
          {whyNot !== null && <p className="pm-muted">{whyNot}</p>}
          <p className="pm-muted">Or, in a terminal of that machine, which needs no configuration:</p>
          <div className={styles.command}>
            <code className="pm-mono">{COMMAND}</code>
            <CopyButton text={COMMAND} />
          </div>
          <p className="pm-muted">
            Then this page tells of conflicts and of what is down, Services lists every port with the files
            and lines that say it, and a file that is saved shows at once.
          </p>
        </div>
      </Panel>
    </EditProvider>
  )
}
