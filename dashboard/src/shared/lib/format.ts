const UNITS: [name: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
]

/** A span of time in its largest unit: “12 s”, “3 h”. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  for (const [name, size] of UNITS) if (whole >= size) return `${Math.floor(whole / size)} ${name}`
  return '0 s'
}

/** Both in ms since the epoch. */
export function ago(time: number, now: number): string {
  const seconds = (now - time) / 1000
  return seconds < 5 ? 'just now' : `${duration(seconds)} ago`
}

const counts = new Intl.NumberFormat('en')

/** “1 service”, “2,300 services”. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${counts.format(number)} ${number === 1 ? one : many}`
}

export function numberText(number: number): string {
  return counts.format(number)
}

/** A port as it is shown: the API's 0 is no port. */
export function portText(port: number): string {
  return port === 0 ? '–' : String(port)
}

/* What scanned files hold is hostile: a name may turn the writing direction round or hide what follows.
 * React makes text of everything; this makes what cannot be seen visible. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

export function plain(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u${code.toString(16).padStart(4, '0')}`
  })
}
