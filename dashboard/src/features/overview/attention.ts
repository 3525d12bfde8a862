import type { Shape } from '@/shared/api/client'
import { count, plain } from '@/shared/lib/format'
import { serviceText } from '@/shared/lib/service-text'

/** Something that a person should look at, and where. */
export interface Attention {
  key: string
  tone: 'bad' | 'warn'
  title: string
  text: string
  /** Where to look; or what brings it back. */
  action: { href: string } | { wish: Shape<'PlanWish'> }
}

export interface Facts {
  conflicts: Shape<'Conflict'>[]
  addresses: Pick<Shape<'IpAddresses'>, 'open' | 'proposals' | 'recent'> | undefined
  /** Some of those that are down, and how many there are. */
  down: Pick<Shape<'Health'>, 'projectId' | 'projectName' | 'serviceName' | 'cause'>[]
  downCount: number
  drift: Shape<'Plan'>['edits']
  /** Ms since the epoch. */
  now: number
  channels: Pick<Shape<'NotifyChannel'>, 'channel' | 'configured' | 'cause' | 'queued'>[]
}

const MOST_CONFLICTS = 8
const MOST_NAMED = 3
/** So long a change that came to nothing is news. */
const NEWS_MS = 86_400_000

/** What needs a person: what is broken now, an address that changes, messages that reach nobody, values that are not
 * what was decided; then ports that two want. Of those there may be many, so that they come last, the worst first, and
 * push nothing else out. */
export function attentionOf(facts: Facts): Attention[] {
  return [
    ...downOf(facts),
    ...runsOf(facts.addresses, facts.now),
    ...channelsOf(facts.channels),
    ...driftOf(facts.drift),
    ...conflictsOf(facts.conflicts),
  ]
}

function downOf({ down, downCount }: Facts): Attention[] {
  if (downCount === 0) return []
  const named = down.slice(0, MOST_NAMED).map(serviceText)
  const more = downCount - named.length
  const [first] = down
  const only = downCount === 1 && first !== undefined
  return [
    {
      key: 'down',
      tone: 'bad',
      title: only ? `${named[0]} is down` : `${count(downCount, 'service is', 'services are')} down`,
      text: only
        ? plain(first.cause)
        : [named.join(', '), more > 0 && named.length > 0 ? `and ${more} more` : ''].join(' ').trim(),
      action: { href: '/health?q=is%3Adown' },
    },
  ]
}

function runsOf(addresses: Facts['addresses'], now: number): Attention[] {
  if (addresses === undefined) return []
  const [last] = addresses.recent
  const found: Attention[] = []
  if (
    last !== undefined &&
    (last.stage === 'failed' || last.stage === 'rolled-back') &&
    now - Date.parse(last.finished ?? last.confirmed) < NEWS_MS
  )
    found.push({
      key: `ended-${last.id}`,
      tone: 'bad',
      title: `${changeText(last)}: ${last.stage === 'failed' ? 'that failed' : 'that was rolled back'}`,
      text: 'All files are as they were. The cause stands on the page of address changes.',
      action: { href: '/ip' },
    })
  for (const run of addresses.open)
    found.push({
      key: `run-${run.id}`,
      tone: 'warn',
      title: `${changeText(run)}: under way`,
      text: `So far: ${plain(run.stage)}.`,
      action: { href: '/ip' },
    })
  for (const run of addresses.proposals)
    found.push({
      key: `run-${run.id}`,
      tone: 'warn',
      title: `The address ${plain(run.oldValue)} is ${plain(run.newValue)} now`,
      text: 'A change of all files is proposed and waits for a person.',
      action: { href: '/ip' },
    })
  return found
}

function changeText(run: Shape<'ChangeRun'>): string {
  return `${plain(run.oldValue) || 'unknown'} → ${plain(run.newValue)}`
}

function channelsOf(channels: Facts['channels']): Attention[] {
  return channels
    .filter(({ configured, cause }) => configured && cause !== '')
    .map(({ channel, cause, queued }) => ({
      key: `channel-${channel}`,
      tone: 'warn',
      title: `Messages by ${channel} do not get through${queued > 0 ? `: ${queued} wait` : ''}`,
      text: plain(cause),
      action: { href: '/settings?q=notifications' },
    }))
}

function driftOf(drift: Facts['drift']): Attention[] {
  const [first] = drift
  if (first === undefined) return []
  return [
    {
      key: 'drift',
      tone: 'warn',
      title: `${drift.length === 1 ? 'A value is' : `${drift.length} values are`} not what was decided`,
      text: `${plain(first.file)}:${first.line} says ${plain(first.old)}, not ${plain(first.new)}.`,
      action: { wish: { kind: 'sync' } },
    },
  ]
}

function conflictsOf(conflicts: Facts['conflicts']): Attention[] {
  const open = conflicts.filter(({ severity }) => severity !== 'note')
  const sorted = [
    ...open.filter(({ severity }) => severity === 'error'),
    ...open.filter(({ severity }) => severity !== 'error'),
  ]
  const found: Attention[] = sorted.slice(0, MOST_CONFLICTS).map((conflict) => ({
    key: conflict.id,
    tone: conflict.severity === 'error' ? 'bad' : 'warn',
    title: `Port ${conflict.port} is wanted by ${conflict.claimants.length}`,
    text: plain(conflict.reason),
    action: { href: `/conflicts?id=${encodeURIComponent(conflict.id)}` },
  }))
  const more = sorted.slice(MOST_CONFLICTS)
  if (more.length > 0)
    found.push({
      key: 'more',
      tone: more.some(({ severity }) => severity === 'error') ? 'bad' : 'warn',
      title: `${count(more.length, 'more port is', 'more ports are')} contested`,
      text: 'Conflicts has all of them, and resolves what can be resolved safely.',
      action: { href: '/conflicts' },
    })
  return found
}
