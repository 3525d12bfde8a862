import { Button } from '@mantine/core'
import { Check, Copy, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'

interface CopyButtonProps {
  text: string
}

const SHOWN_MS = 2_000
const STATES = {
  idle: [Copy, 'Copy'],
  copied: [Check, 'Copied'],
  failed: [TriangleAlert, 'Not copied'],
} as const

/** Copies a text, and says that it did. */
export function CopyButton({ text }: CopyButtonProps) {
  const [state, setState] = useState<keyof typeof STATES>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      // The browser allows it to no page that is neither of this machine nor of TLS, or a person forbade it.
      setState('failed')
    }
  }
  const [Icon, word] = STATES[state]
  return (
    <Button
      variant="default"
      leftSection={<Icon size={12} aria-hidden="true" />}
      aria-label={state === 'idle' ? `Copy ${text}` : word}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{word}</span>
    </Button>
  )
}
