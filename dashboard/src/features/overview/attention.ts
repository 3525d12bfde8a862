import type { Shape } from '@/shared/api/client'
import { plain } from '@/shared/lib/format'

/** Something that a person should look at, and where. */
export interface Attention {
  key: string
  tone: 'bad' | 'warn'
  title: string
  text: string
  /** Where to look; or what brings it back. */
  action: { href: string } | { wish: Shape<'PlanWish'> }
}

const MOST = 12

/** What needs a person, worst first: services that are down, ports that two want, files that say something else
 * than what was decided. */
export function attentionOf(
  conflicts: Shape<'Conflict'>[],
  pending: Shape<'ChangeRun'>[],
  health: Shape<'HealthCounts'>,
  drift: Shape<'Plan'>['edits'],
): Attention[] {
  const found: Attention[] = []
  if (health.down > 0)
    found.push({
      key: 'down',
      tone: 'bad',
      title: `${health.down} ${health.down === 1 ? 'service is' : 'services are'} down`,
      text: 'Health shows since when, and what was tried.',
      action: { href: '/health?q=is%3Adown' },
    })
  for (const run of pending)
    found.push({
      key: `run-${run.id}`,
      tone: 'warn',
      title: `The address ${plain(run.oldValue)} is ${plain(run.newValue)} now`,
      text: 'A change of all files is proposed and waits for a person.',
      action: { href: '/ip' },
    })
  for (const conflict of conflicts.filter(({ severity }) => severity !== 'note').slice(0, MOST))
    found.push({
      key: conflict.id,
      tone: conflict.severity === 'error' ? 'bad' : 'warn',
      title: `Port ${conflict.port} is wanted by ${conflict.claimants.length}`,
      text: plain(conflict.reason),
      action: { href: `/conflicts?id=${encodeURIComponent(conflict.id)}` },
    })
  const [first] = drift
  if (first !== undefined)
    found.push({
      key: 'drift',
      tone: 'warn',
      title: `${drift.length === 1 ? 'A value is' : `${drift.length} values are`} not what was decided`,
      text: `${plain(first.file)}:${first.line} says ${plain(first.old)}, not ${plain(first.new)}.`,
      action: { wish: { kind: 'sync' } },
    })
  return found.sort((a, b) => Number(a.tone === 'warn') - Number(b.tone === 'warn')).slice(0, MOST)
}
