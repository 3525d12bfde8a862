/* What of a service changed, as the history has it, in words. */
const WORDS: Record<string, string> = {
  internal_port: 'internal port',
  external_port: 'external port',
  external_ip: 'address',
  status: 'status',
  created: 'found',
  removed: 'gone',
}

export function changeWord(changeType: string): string {
  return WORDS[changeType] ?? changeType.replaceAll('_', ' ')
}
