/* Who one is. The daemon prints an address with a one-time code in its fragment; the code becomes a token,
 * which stays in this tab's session storage and is sent as a header: a cookie would go to every other
 * program on localhost as well. */

const KEY = 'port-manager.token'

let token = readStored()
const listeners = new Set<() => void>()

function readStored(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null // storage is off: it lives as long as the page
  }
}

export function currentToken(): string | null {
  return token
}

export function setToken(next: string | null) {
  token = next
  try {
    if (next === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, next)
  } catch {
    // as above
  }
  for (const listener of listeners) listener()
}

export function onTokenChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Takes the code out of the address, so that it neither stays in the history nor is tried twice. */
export function takeCodeFromAddress(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code === null) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  return code
}
