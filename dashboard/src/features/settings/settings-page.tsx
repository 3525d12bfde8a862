import { Alert, TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import type { Config } from '@/shared/config/config'
import { EditProvider, useConfig, useConfigQuery } from '@/shared/config/editing'
import { plain } from '@/shared/lib/format'
import { useUrlState } from '@/shared/lib/url-state'
import { Page, Panel } from '@/shared/ui/page'
import { Failure } from '@/shared/ui/states'
import { ChannelSection } from './channel-section'
import { GroupSection, TableSection } from './config-sections'
import { PoolSection } from './pool-section'
import { PinSection, SourceSection } from './registry-sections'
import { RootSection } from './root-section'
import { SearchContext } from './section'
import styles from './settings.module.css'
import { ThemeSection } from './theme-section'
import { TokenSection } from './token-section'

/** What the program was told. Changes are written to its configuration file, comments and layout kept. */
export default function SettingsPage() {
  const [search, setSearch] = useUrlState('q')
  const config = useConfig()
  return (
    <Page title="Settings" note={config && <code className="pm-mono">{plain(config.file)}</code>}>
      <TextInput
        className={styles.search ?? ''}
        data-filter
        aria-label="Search the settings"
        placeholder="Search"
        leftSection={<Search size={15} aria-hidden="true" />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <SearchContext value={search}>
        <EditProvider>
          <div className={styles.sections}>
            <Unread />
            {config !== undefined && <Mistakes config={config} />}
            <RootSection />
            <PoolSection />
            <PinSection />
            <SourceSection />
            <ChannelSection />
            <GroupSection title="Health checks" words="uptime probe interval" prefixes={['health.']} />
            <GroupSection title="Healing" words="restart breaker backoff" prefixes={['heal.']} />
            <GroupSection
              title="Scanning and backups"
              words="ignore watch files sockets"
              prefixes={['scan.', 'backup.']}
            />
            <TableSection
              table="service"
              title="What files cannot say of a service"
              words="pin pinned health check name"
              one="a service"
              empty="Nothing is said of any service"
            />
            <TableSection
              table="root"
              title="What a new address may do in a root"
              words="policy"
              one="a root’s policy"
              empty="Every root follows ip.policy"
            />
            <TableSection
              table="project"
              title="Names and policies of projects"
              words="policy name"
              one="a project"
              empty="Every project is called as its files say"
            />
            <TableSection
              table="rule"
              title="Rules of your own"
              words="silence finding"
              one="a rule"
              empty="No rule beyond the program’s own"
            />
            <TokenSection />
            <ThemeSection />
            <GroupSection
              title="Server and registry"
              words="listen tls certificate database"
              note="changed by hand, in the file"
              prefixes={['server.', 'registry.']}
            />
          </div>
        </EditProvider>
      </SearchContext>
    </Page>
  )
}

/** Why sections are missing, to whom they would be shown. */
function Unread() {
  const config = useConfigQuery()
  if (!config.isError || config.data !== undefined) return null
  return (
    <Panel title="The settings could not be read" flush>
      <Failure error={config.error} onRetry={() => void config.refetch()} />
    </Panel>
  )
}

function Mistakes({ config }: { config: Config }) {
  if (config.mistakes.length === 0) return null
  return (
    <Alert color="red" title="The file has mistakes; the settings before them are in use">
      {config.mistakes.map(({ line, cause }) => (
        <div key={`${line} ${cause}`}>
          {line === null ? '' : `Line ${line}: `}
          {plain(cause)}
        </div>
      ))}
    </Alert>
  )
}
