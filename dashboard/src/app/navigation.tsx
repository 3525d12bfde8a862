import { useQuery } from '@tanstack/react-query'
import { Link, useRoute } from 'wouter'
import { conflictsQuery } from '@/shared/api/queries'
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
      {section.path === '/conflicts' && <OpenConflicts />}
    </Link>
  )
}

function OpenConflicts() {
  const conflicts = useQuery(conflictsQuery)
  const open = conflicts.data?.filter((conflict) => conflict.severity === 'error').length ?? 0
  if (open === 0) return null
  return (
    <span className={styles.count}>
      {open}
      <span className="pm-hidden"> open</span>
    </span>
  )
}
