import { currentToken } from './session'

/* Server-sent events (HTML Standard, 9.2) over fetch: EventSource cannot send a header, and the token is one.
 * Reconnects by itself behind the last event that was seen. */

export interface StreamEvent {
  /** 0: it is not in the log, and nobody resumes behind it. */
  id: number
  event: string
  data: string
}

/** Splits what comes in, in whatever pieces, into events. `onHeard` is told of every byte, comments too. */
export class EventParser {
  #rest = ''
  #id = ''
  #event = ''
  #data: string[] = []
  readonly #emit: (event: StreamEvent) => void

  constructor(emit: (event: StreamEvent) => void) {
    this.#emit = emit
  }

  push(text: string) {
    this.#rest += text
    let start = 0
    for (;;) {
      const end = this.#rest.indexOf('\n', start)
      if (end < 0) break
      const line = this.#rest.slice(start, this.#rest[end - 1] === '\r' && end > start ? end - 1 : end)
      this.#line(line)
      start = end + 1
    }
    this.#rest = this.#rest.slice(start)
  }

  #line(line: string) {
    if (line === '') {
      this.#dispatch()
      return
    }
    if (line.startsWith(':')) return
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    let value = colon < 0 ? '' : line.slice(colon + 1)
    if (value.startsWith(' ')) value = value.slice(1)
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#event = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
  }

  #dispatch() {
    if (this.#data.length > 0)
      this.#emit({ id: Number(this.#id) || 0, event: this.#event || 'message', data: this.#data.join('\n') })
    this.#id = ''
    this.#event = ''
    this.#data = []
  }
}

export interface StreamObserver {
  onEvent(event: StreamEvent): void
  /** Bytes came, be it a heartbeat. */
  onHeard(): void
  onOpen(resumed: boolean): void
  /** The server is there, and gives no stream; its answer. */
  onRefused(response: Response): void
  onLost(): void
}

const SILENCE_MS = 40_000 // the daemon says something at least every 15 s
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 1_500

export class EventStream {
  readonly #url: string
  readonly #observer: StreamObserver
  #lastId: number | null = null
  #abort: AbortController | null = null
  #stopped = false
  #wake: (() => void) | null = null

  constructor(url: string, observer: StreamObserver) {
    this.#url = url
    this.#observer = observer
  }

  /** Runs until `stop`. */
  async run() {
    let pause = FIRST_PAUSE_MS
    while (!this.#stopped) {
      if (await this.#once()) pause = FIRST_PAUSE_MS
      if (this.#stopped) return
      this.#observer.onLost()
      await this.#sleep(pause * (0.75 + Math.random() / 2))
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
  }

  stop() {
    this.#stopped = true
    this.reconnect()
  }

  /** Comes back at once, with the token of now. */
  reconnect() {
    this.#abort?.abort()
    this.#wake?.()
  }

  async #once(): Promise<boolean> {
    const abort = new AbortController()
    this.#abort = abort
    let silence: ReturnType<typeof setTimeout> | undefined
    const heard = () => {
      clearTimeout(silence)
      silence = setTimeout(() => abort.abort(), SILENCE_MS)
    }
    let opened = false
    try {
      heard()
      const response = await fetch(this.#url, {
        headers: this.#headers(),
        signal: abort.signal,
        cache: 'no-store',
      })
      if (!response.ok || response.body === null) {
        this.#observer.onRefused(response)
        return false
      }
      opened = true
      this.#observer.onOpen(this.#lastId !== null)
      const parser = new EventParser((event) => this.#take(event))
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return opened
        heard()
        this.#observer.onHeard()
        parser.push(value)
      }
    } catch {
      return opened // lost, silent too long, or asked to come back
    } finally {
      clearTimeout(silence)
      abort.abort()
    }
  }

  #headers(): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' }
    const token = currentToken()
    if (token !== null) headers.Authorization = `Bearer ${token}`
    if (this.#lastId !== null) headers['Last-Event-ID'] = String(this.#lastId)
    return headers
  }

  #take(event: StreamEvent) {
    if (event.event === 'stream.opened') this.#lastId ??= newest(event.data)
    else if (event.event === 'stream.reset') this.#lastId = null
    if (event.id > 0) this.#lastId = event.id
    this.#observer.onEvent(event)
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function newest(data: string): number | null {
  const parsed: unknown = JSON.parse(data)
  const id = (parsed as { newest?: unknown }).newest
  return typeof id === 'number' ? id : null
}
