import { ActionIcon } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { Menu, Search } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { useAbsence, useIsAway } from '@/shared/api/connection'
import type { Problem } from '@/shared/api/problem'
import { later } from '@/shared/ui/later'
import { AbsenceBanner } from './absence-banner'
import { AccountMenu } from './account-menu'
import { ErrorBoundary } from './error-boundary'
import { LiveBadge } from './live-badge'
import { Navigation } from './navigation'
import { NotFound } from './not-found'
import { sections } from './sections'
import styles from './shell.module.css'
import { ThemeMenu } from './theme-menu'
import { useShortcuts } from './use-shortcuts'

const ShortcutHelp = later(() => import('./shortcut-help'))
const MenuSheet = later(() => import('./menu-sheet'))
const Palette = later(() => import('./palette'))

/** Everything around the pages: where one is, whether it is live, how to get elsewhere. */
export function Shell({ signInProblem }: { signInProblem: Problem | null }) {
  const [isPaletteWanted, setPaletteWanted] = useState(0)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [isMenuOpen, setMenuOpen] = useState(false)
  const openPalette = () => setPaletteWanted((times) => times + 1)
  useHotkeys([['mod+K', openPalette]], [])
  useShortcuts({ onHelp: () => setHelpOpen(true) })
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <aside className={styles.side} aria-label="port-manager">
        <Link href="/" className={styles.brand ?? ''}>
          <img src="/icon.svg" alt="" />
          <span className={styles.brandName}>port-manager</span>
        </Link>
        <Navigation />
      </aside>
      <header className={styles.top}>
        <ActionIcon className={styles.menuButton ?? ''} aria-label="Pages" onClick={() => setMenuOpen(true)}>
          <Menu size={18} />
        </ActionIcon>
        <button type="button" className={styles.search} onClick={openPalette}>
          <Search size={15} aria-hidden="true" />
          <span>Search or jump to…</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className={styles.right}>
          <LiveBadge />
          <ThemeMenu />
          <AccountMenu problem={signInProblem} />
        </div>
      </header>
      <div className={styles.body}>
        <AbsenceBanner />
        <Main />
      </div>
      {isMenuOpen && <MenuSheet onClose={() => setMenuOpen(false)} />}
      {isHelpOpen && <ShortcutHelp opened onClose={() => setHelpOpen(false)} />}
      {isPaletteWanted > 0 && <Palette wanted={isPaletteWanted} onHelp={() => setHelpOpen(true)} />}
    </div>
  )
}

function Main() {
  const [path] = useLocation()
  const main = useRef<HTMLElement>(null)
  const isAway = useIsAway()
  const absence = useAbsence()
  const shown = useRef(path)
  useEffect(() => {
    // A new page begins at its top. The first one does anyway, and to scroll would lay it out once more.
    if (shown.current !== path) main.current?.scrollTo(0, 0)
    shown.current = path
  }, [path])
  return (
    <main
      id="main"
      ref={main}
      tabIndex={-1}
      className={isAway || absence !== null ? `${styles.main} ${styles.away}` : styles.main}
    >
      <ErrorBoundary key={path}>
        <Switch>
          {sections.map((section) => (
            <Route key={section.path} path={section.path} component={section.page} />
          ))}
          <Route>
            <NotFound path={path} />
          </Route>
        </Switch>
      </ErrorBoundary>
    </main>
  )
}
