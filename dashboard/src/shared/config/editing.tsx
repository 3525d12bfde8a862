import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { useWhyNot } from '@/shared/api/may'
import { configQuery, sessionQuery } from '@/shared/api/queries'
import { later } from '@/shared/ui/later'
import type { Config } from './config'
import type { EditorRequest } from './editor'

const Editor = later(() => import('./editor'))
const EditContext = createContext<(request: EditorRequest) => void>(() => undefined)

/** Sections say what is to be edited with `useEdit()`; the editor does the rest, one request at a time. */
export function EditProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ request: EditorRequest; tag: string | null; number: number } | null>(
    null,
  )
  // Of the settings as they are shown: a request that is made of them is made of these.
  const tag = useConfigQuery().data?.tag ?? null
  return (
    <EditContext
      value={(request) => setAsked((known) => ({ request, tag, number: (known?.number ?? 0) + 1 }))}
    >
      {children}
      {asked !== null && (
        <Editor key={asked.number} request={asked.request} tag={asked.tag} onClose={() => setAsked(null)} />
      )}
    </EditContext>
  )
}

function useEdit(): (request: EditorRequest) => void {
  return useContext(EditContext)
}

/** The settings, which only an admin may read; undefined: not there, or not for this one. */
export function useConfig(): Config | undefined {
  return useConfigQuery().data?.data
}

export function useConfigQuery() {
  const session = useQuery(sessionQuery)
  return useQuery({ ...configQuery, enabled: session.data?.role === 'admin' })
}

interface EditButtonProps {
  children: ReactNode
  /** What is edited, for who hears it only. */
  of?: string | undefined
  /** As a row's, unless it stands beside a field, or is what a panel is for. */
  size?: 'compact-xs' | 'xs' | 'sm'
  variant?: 'default' | 'filled'
  request: () => EditorRequest | undefined
}

export function EditButton({
  children,
  of,
  size = 'compact-xs',
  variant = 'default',
  request,
}: EditButtonProps) {
  const edit = useEdit()
  const whyNot = useWhyNot('admin')
  const asked = request()
  return (
    <Button
      size={size}
      variant={variant}
      disabled={whyNot !== null || asked === undefined}
      title={whyNot ?? undefined}
      onClick={() => asked !== undefined && edit(asked)}
    >
      {children}
      {of !== undefined && <span className="pm-hidden"> {of}</span>}
    </Button>
  )
}
