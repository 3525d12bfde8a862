import { createContext, type ReactNode, useContext } from 'react'
import { Panel } from '@/shared/ui/page'

/** What is searched for; a section that does not speak of it is not shown. */
export const SearchContext = createContext('')

interface SectionProps {
  title: string
  /** Other words by which one may look for it. */
  words: string
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

export function Section({ title, words, note, actions, children }: SectionProps) {
  const search = useContext(SearchContext).trim().toLowerCase()
  if (!`${title} ${words}`.toLowerCase().includes(search)) return null
  return (
    <Panel title={title} note={note} actions={actions} flush>
      {children}
    </Panel>
  )
}
