import { TextInput } from '@mantine/core'
import { Search } from 'lucide-react'
import { useUrlState } from '@/shared/lib/url-state'
import { Page } from '@/shared/ui/page'
import { ChannelSection } from './channel-section'
import { PinSection, PoolSection, RootSection, SourceSection } from './registry-sections'
import { SearchContext } from './section'
import styles from './settings.module.css'
import { ThemeSection } from './theme-section'
import { TokenSection } from './token-section'

/** What the program was told, and what may be changed here; the rest stands in config.toml. */
export default function SettingsPage() {
  const [search, setSearch] = useUrlState('q')
  return (
    <Page title="Settings">
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
        <div className={styles.sections}>
          <RootSection />
          <PoolSection />
          <PinSection />
          <SourceSection />
          <ChannelSection />
          <TokenSection />
          <ThemeSection />
        </div>
      </SearchContext>
    </Page>
  )
}
