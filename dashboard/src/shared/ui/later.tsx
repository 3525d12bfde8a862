import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import { Failure } from './states'

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>

/** A part whose code comes when it is first wanted, or a little before: by `load`. Not React.lazy: where two of those
 * follow on one another, React keeps each behind its fallback for 300 ms, however fast its code is there. */
export function later<Props extends object>(load: Load<Props>, waiting: ReactNode = null) {
  const code = new Code(load)
  return Object.assign((props: Props) => <Part code={code} waiting={waiting} props={props} />, {
    load: () => void code.load().catch(() => undefined),
  })
}

class Code<Props> {
  part: ComponentType<Props> | undefined
  readonly #fetch: Load<Props>
  #loading: Promise<void> | undefined

  constructor(fetch: Load<Props>) {
    this.#fetch = fetch
  }

  /** Once, whoever asks; after a failure the next one asks again. */
  load(): Promise<void> {
    this.#loading ??= this.#fetch().then(
      (loaded) => {
        this.part = loaded.default
      },
      (error: unknown) => {
        this.#loading = undefined
        throw error
      },
    )
    return this.#loading
  }
}

interface PartProps<Props> {
  code: Code<Props>
  waiting: ReactNode
  props: Props
}

function Part<Props extends object>({ code, waiting, props }: PartProps<Props>) {
  const [{ attempt, error }, setState] = useState<{ attempt: number; error: unknown }>({
    attempt: 0,
    error: null,
  })
  const Loaded = code.part
  const isThere = Loaded !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is the wish to do the same again
  useEffect(() => {
    if (isThere) return
    let isWanted = true
    const tell = (reason: unknown) => isWanted && setState((known) => ({ ...known, error: reason }))
    code.load().then(() => tell(null), tell)
    return () => {
      isWanted = false
    }
  }, [code, isThere, attempt])
  if (Loaded !== undefined) return <Loaded {...props} />
  if (error === null) return waiting
  return <Failure error={error} onRetry={() => setState({ attempt: attempt + 1, error: null })} />
}
