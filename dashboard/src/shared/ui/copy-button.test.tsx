import { MantineProvider } from '@mantine/core'
import { act, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CopyButton } from './copy-button'

vi.stubGlobal('matchMedia', () => ({
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}))

function press(writeText: (text: string) => Promise<void>) {
  vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
  render(
    <MantineProvider>
      <CopyButton text="3002" />
    </MantineProvider>,
  )
  return act(async () => screen.getByRole('button', { name: 'Copy 3002' }).click())
}

afterEach(() => vi.useRealTimers())

describe('copying', () => {
  it('says that it did, for a while', async () => {
    vi.useFakeTimers()
    const copied: string[] = []
    await press(async (text) => void copied.push(text))
    expect(copied).toEqual(['3002'])
    expect(screen.getByRole('button').textContent).toBe('Copied')
    await act(async () => vi.advanceTimersByTime(2_000))
    expect(screen.getByRole('button').textContent).toBe('Copy')
  })

  it('says that it could not', async () => {
    await press(() => Promise.reject(new Error('not allowed')))
    expect(screen.getByRole('button').textContent).toBe('Not copied')
  })
})
