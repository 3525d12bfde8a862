import type { ServiceRow as Service } from '@/shared/api/service-row'

/* Filters of services, the same as the command line's and `?q`:
 *
 *   project:shop  name:api  port:3000  port:3000-3999  ip:203.0.113.10  protocol:http  type:web
 *   tag:dev  host:box1  variant:prod  is:active  is:inactive  is:conflict  is:pinned  is:down  word
 *
 * All terms must hold; `-` in front turns one round. */

export interface Filter {
  terms: Term[]
  /** Terms that mean nothing, with what is wrong about them. */
  mistakes: string[]
}

interface Term {
  key: string
  negated: boolean
  text: string
  first: number
  last: number
}

const FILTER_KEYS = [
  'project',
  'name',
  'port',
  'ip',
  'protocol',
  'type',
  'tag',
  'host',
  'variant',
  'is',
] as const
const FILTER_STATES = ['active', 'inactive', 'conflict', 'pinned', 'up', 'down', 'unknown'] as const
const HEALTH = ['up', 'down', 'unknown']

export function parseFilter(text: string): Filter {
  const filter: Filter = { terms: [], mistakes: [] }
  for (const word of text.split(/[ \t\n]+/)) {
    if (word === '') continue
    const term = parseTerm(word)
    if (typeof term === 'string') filter.mistakes.push(term)
    else filter.terms.push(term)
  }
  return filter
}

function parseTerm(word: string): Term | string {
  const negated = word.length > 1 && word.startsWith('-')
  const positive = negated ? word.slice(1) : word
  const colon = positive.indexOf(':')
  const term: Term = { key: 'word', negated, text: positive.toLowerCase(), first: 0, last: 0 }
  if (colon < 0) return term
  const key = positive.slice(0, colon)
  term.key = key === 'service' ? 'name' : key
  term.text = positive.slice(colon + 1).toLowerCase()
  if (!(FILTER_KEYS as readonly string[]).includes(term.key)) return `there is no filter “${key}”`
  if (term.key === 'port') return withPorts(term)
  if (term.key === 'is' && !(FILTER_STATES as readonly string[]).includes(term.text))
    return `there is no state “${term.text}”`
  return term
}

function withPorts(term: Term): Term | string {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(term.text)
  term.first = Number(match?.[1])
  term.last = Number(match?.[2] ?? match?.[1])
  if (match === null || term.first > term.last || term.last > 65_535)
    return `“port:${term.text}” is no port and no range`
  return term
}

export function matches(filter: Filter, service: Service): boolean {
  return filter.terms.every((term) => termMatches(term, service) !== term.negated)
}

function termMatches(term: Term, service: Service): boolean {
  switch (term.key) {
    case 'project':
      return isOfProject(service, term)
    case 'name':
      return holds(service.serviceName, term)
    case 'port':
      return isIn(service.internalPort, term) || isIn(service.externalPort, term)
    case 'ip':
      return holds(service.externalIP, term) || holds(service.bind, term)
    case 'protocol':
      return holds(service.protocol, term)
    case 'type':
      return holds(service.type, term)
    case 'tag':
      return service.tags.some((tag) => holds(tag, term)) || term.text === ''
    case 'host':
      return holds(service.host, term)
    case 'variant':
      return holds(service.variant, term)
    case 'is':
      return isInState(service, term.text)
    default:
      return (
        isOfProject(service, term) ||
        holds(service.serviceName, term) ||
        service.tags.some((tag) => holds(tag, term)) ||
        holds(service.type, term)
      )
  }
}

function holds(text: string, term: Term): boolean {
  return text.toLowerCase().includes(term.text)
}

function isIn(port: number, term: Term): boolean {
  return port >= term.first && port <= term.last
}

function isOfProject(service: Service, term: Term): boolean {
  return holds(service.projectId, term) || holds(service.projectName, term)
}

function isInState(service: Service, state: string): boolean {
  if (state === 'pinned') return service.pinned !== ''
  if (HEALTH.includes(state)) return service.health === state
  return service.status === state
}

/** The filter's text with one term put in, or taken out where it stands already. */
export function toggleTerm(text: string, term: string): string {
  const words = text.split(/[ \t\n]+/).filter((word) => word !== '')
  const without = words.filter((word) => word !== term)
  return (without.length < words.length ? without : [...words, term]).join(' ')
}
