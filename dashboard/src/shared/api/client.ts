import createClient from 'openapi-fetch'
import { asProblem, problemOf } from './problem'
import type { components, paths } from './schema'
import { currentToken } from './session'

export type Shape<Name extends keyof components['schemas']> = components['schemas'][Name]

/** The typed client of every route; see `answered` for how its answers are read. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  // Looked up at each call, so that tests may put another in its place.
  fetch: (request) => globalThis.fetch(request),
})

api.use({
  onRequest({ request }) {
    const token = currentToken()
    if (token !== null) request.headers.set('Authorization', `Bearer ${token}`)
    return request
  },
})

interface Answer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** The data of an answer; throws a Problem for every other outcome. */
export async function answered<Data>(call: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  return (await answeredWithTag(call)).data
}

/** The same with the entity tag, for If-Match. */
export async function answeredWithTag<Data>(
  call: Promise<Answer<Data>>,
): Promise<{ data: NonNullable<Data>; tag: string | null }> {
  let answer: Answer<Data>
  try {
    answer = await call
  } catch (error) {
    throw asProblem(error)
  }
  if (answer.error !== undefined || answer.data === undefined || answer.data === null)
    throw problemOf(answer.response, answer.error)
  return { data: answer.data as NonNullable<Data>, tag: answer.response.headers.get('ETag') }
}
