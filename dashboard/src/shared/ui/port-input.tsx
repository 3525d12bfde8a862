import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'

interface PortInputProps {
  label: string
  description?: ReactNode
  /** 0: none yet. */
  port: number
  onPort: (port: number) => void
  error?: ReactNode
}

const MOST = 65_535

/** A port, typed; the arrow keys step. */
export function PortInput({ label, description, port, onPort, error }: PortInputProps) {
  const step = (by: number) => onPort(Math.max(1, Math.min(MOST, port + by)))
  return (
    <TextInput
      label={label}
      description={description}
      error={error}
      inputMode="numeric"
      autoComplete="off"
      data-autofocus
      value={port === 0 ? '' : String(port)}
      onChange={(event) => onPort(portOf(event.currentTarget.value, port))}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
        event.preventDefault()
        step(event.key === 'ArrowUp' ? 1 : -1)
      }}
    />
  )
}

/** What is typed as a port; what is none leaves the one before. */
export function portOf(text: string, before: number): number {
  const digits = text.trim()
  if (digits === '') return 0
  return /^\d{1,5}$/.test(digits) && Number(digits) <= MOST ? Number(digits) : before
}
