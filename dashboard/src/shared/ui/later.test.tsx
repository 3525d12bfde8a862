import { MantineProvider } from '@mantine/core'
import { act, render, screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { later } from './later'

interface Part {
  default: (props: { name: string }) => ReactNode
}

function promised() {
  let give: (part: Part) => void = () => undefined
  let refuse: (error: Error) => void = () => undefined
  const promise = new Promise<Part>((resolve, reject) => {
    give = resolve
    refuse = reject
  })
  return { promise, give: () => give({ default: ({ name }) => <p>part of {name}</p> }), refuse }
}

const show = (element: ReactNode) => render(<MantineProvider>{element}</MantineProvider>)

// jsdom has none; Mantine asks it for the colours.
vi.stubGlobal('matchMedia', () => ({
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}))

describe('a part that comes later', () => {
  it('shows what was given for the time until it is there', async () => {
    const code = promised()
    const Later = later(() => code.promise, <p>waiting</p>)
    show(<Later name="a" />)
    expect(screen.getByText('waiting')).toBeTruthy()
    await act(async () => code.give())
    expect(screen.getByText('part of a')).toBeTruthy()
  })

  it('is there at once where its code is', async () => {
    const code = promised()
    const Later = later(() => code.promise, <p>waiting</p>)
    Later.load()
    await act(async () => code.give())
    show(<Later name="b" />)
    expect(screen.getByText('part of b')).toBeTruthy()
  })

  it('is fetched once, whoever wants it', async () => {
    let asked = 0
    const code = promised()
    const Later = later(() => {
      asked += 1
      return code.promise
    })
    Later.load()
    show(
      <>
        <Later name="c" />
        <Later name="d" />
      </>,
    )
    await act(async () => code.give())
    expect(asked).toBe(1)
    expect(screen.getByText('part of d')).toBeTruthy()
  })

  it('says why it is not there, and is asked for again', async () => {
    const codes = [promised(), promised()]
    let asked = 0
    const Later = later(() => (codes[asked++] ?? promised()).promise)
    show(<Later name="e" />)
    await act(async () => codes[0]?.refuse(new Error('the server is away')))
    expect(screen.getByRole('alert').textContent).toContain('the server is away')
    await act(async () => screen.getByRole('button', { name: 'Retry' }).click())
    await act(async () => codes[1]?.give())
    expect(screen.getByText('part of e')).toBeTruthy()
  })
})
