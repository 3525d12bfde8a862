import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link, useRoute } from 'wouter'
import { addressesQuery, conflictsQuery, networkQuery } from '@/shared/api/queries'
import { type Section, sections } from './sections'
import styles from './shell.module.css'

export function Navigation({ onGo }: { onGo?: () => void }) {
  return (
    <nav aria-label="Pages">
      <ul className={styles.nav}>
        {sections.map((section) => (
          <li key={section.path}>
            <SectionLink section={section} onGo={onGo} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

function SectionLink({ section, onGo }: { section: Section; onGo: (() => void) | undefined }) {
  const [isHere] = useRoute(section.path)
  const Icon = section.icon
  return (
    <Link
      href={section.path}
      className={styles.link ?? ''}
      aria-current={isHere ? 'page' : undefined}
      title={section.name}
      onClick={() => onGo?.()}
      onPointerEnter={section.load}
      onFocus={section.load}
    >
      <Icon size={17} strokeWidth={1.9} aria-hidden="true" />
      <span className={styles.label}>{section.name}</span>
      {BADGES[section.path]}
    </Link>
  )
}

/** What needs a person is seen from every page. */
const BADGES: Record<string, ReactNode> = {
  '/conflicts': <OpenConflicts />,
  '/ip': <PendingAddresses />,
  '/health': <DownServices />,
}

function OpenConflicts() {
  const conflicts = useQuery(conflictsQuery)
  const open = conflicts.data?.filter((conflict) => conflict.severity === 'error').length ?? 0
  return <Badge number={open} word="open" tone="bad" />
}

function PendingAddresses() {
  const addresses = useQuery(addressesQuery)
  const { open = [], proposals = [] } = addresses.data ?? {}
  return <Badge number={open.length + proposals.length} word="pending" tone="warn" />
}

function DownServices() {
  const network = useQuery(networkQuery)
  return <Badge number={network.data?.health.down ?? 0} word="down" tone="bad" />
}

function Badge({ number, word, tone }: { number: number; word: string; tone: 'bad' | 'warn' }) {
  if (number === 0) return null
  return (
    <span className={styles.count} data-tone={tone}>
      {number}
      <span className="pm-hidden"> {word}</span>
    </span>
  )
}
