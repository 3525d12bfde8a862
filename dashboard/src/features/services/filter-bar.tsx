import { ActionIcon, TextInput } from '@mantine/core'
import { Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { toggleTerm } from '@/shared/lib/filter'
import { numberText } from '@/shared/lib/format'
import styles from './filter-bar.module.css'

interface FilterBarProps {
  filter: string
  onFilter: (filter: string) => void
  mistakes: string[]
  counts: Record<string, number>
  children: ReactNode
}

const QUICK = ['conflict', 'down', 'active', 'inactive', 'pinned']
const SETTLE_MS = 60

/** The same filter as the command line's, and what is asked most as buttons. */
export function FilterBar({ filter, onFilter, mistakes, counts, children }: FilterBarProps) {
  const [text, setText] = useTyped(filter, onFilter)
  return (
    <div className={styles.bar}>
      <TextInput
        className={styles.field ?? ''}
        data-filter
        aria-label="Filter"
        placeholder="project:shop port:3000-3999 -tag:dev is:conflict"
        size="sm"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
        }}
        error={mistakes.length > 0 ? mistakes.join('; ') : undefined}
        leftSection={<Search size={15} aria-hidden="true" />}
        rightSection={
          text !== '' && (
            <ActionIcon size="sm" aria-label="Clear the filter" onClick={() => setText('')}>
              <X size={14} />
            </ActionIcon>
          )
        }
      />
      <div className={styles.quick} role="group" aria-label="Often asked">
        {QUICK.map((state) => (
          <button
            type="button"
            key={state}
            className={styles.toggle}
            aria-pressed={filter.split(/\s+/).includes(`is:${state}`)}
            onClick={() => onFilter(toggleTerm(filter, `is:${state}`))}
          >
            {state} <span>{numberText(counts[state] ?? 0)}</span>
          </button>
        ))}
      </div>
      <div className={styles.end}>{children}</div>
    </div>
  )
}

/** What is being typed is shown at once, and filters when a moment has passed: the address follows then. */
function useTyped(value: string, onChange: (value: string) => void): [string, (text: string) => void] {
  const [typed, setTyped] = useState<string | null>(null)
  useEffect(() => {
    if (typed === null) return
    const timer = setTimeout(() => {
      onChange(typed)
      setTyped(null)
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [typed, onChange])
  return [typed ?? value, setTyped]
}
