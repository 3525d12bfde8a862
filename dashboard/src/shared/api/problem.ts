/** An answer that is no success, as the API tells it (RFC 9457), or that never came. */
export class Problem extends Error {
  readonly status: number
  readonly title: string
  readonly mistakes: Mistake[]

  constructor(status: number, title: string, detail: string, mistakes: Mistake[] = []) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.title = title
    this.mistakes = mistakes
  }

  /** No answer at all: the server is away. */
  get isAway() {
    return this.status === 0
  }

  /** Somebody changed it since it was read. */
  get isChangedElsewhere() {
    return this.status === 412 || this.status === 409
  }
}

export interface Mistake {
  pointer?: string
  parameter?: string
  /** Of a file. */
  path?: string
  detail: string
}

interface ProblemBody {
  title?: unknown
  detail?: unknown
  errors?: unknown
}

export function problemOf(response: Response, body: unknown): Problem {
  const told: ProblemBody = typeof body === 'object' && body !== null ? body : {}
  const title = typeof told.title === 'string' ? told.title : response.statusText || `HTTP ${response.status}`
  const detail = typeof told.detail === 'string' ? told.detail : `The server answered ${response.status}.`
  return new Problem(
    response.status,
    title,
    detail,
    Array.isArray(told.errors) ? (told.errors as Mistake[]) : [],
  )
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TypeError) return new Problem(0, 'No answer', 'The server does not answer.')
  return new Problem(-1, 'Unexpected', error instanceof Error ? error.message : String(error))
}

/** What was wrong with one field of the body that was sent; undefined: nothing. */
export function mistakeAt(problem: Problem | null, pointer: string): string | undefined {
  return problem?.mistakes.find((mistake) => mistake.pointer === pointer)?.detail
}
