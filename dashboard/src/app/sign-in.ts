import { answered, api } from '@/shared/api/client'
import { asProblem, type Problem } from '@/shared/api/problem'
import { setToken, takeCodeFromAddress } from '@/shared/api/session'

/** Exchanges the code of the printed address, if there is one. What went wrong, or null. */
export async function signInByAddress(): Promise<Problem | null> {
  const code = takeCodeFromAddress()
  if (code === null) return null
  try {
    await signInByCode(code)
    return null
  } catch (error) {
    return asProblem(error)
  }
}

export async function signInByCode(code: string) {
  const session = await answered(api.POST('/api/session', { body: { code } }))
  if (!('token' in session)) throw new Error('the server gave no token')
  setToken(session.token)
}
