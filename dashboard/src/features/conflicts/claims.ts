import type { Shape } from '@/shared/api/client'

export type Conflict = Shape<'Conflict'>
export type Claimant = Shape<'Claimant'>

export const SEVERITIES = ['error', 'warning', 'note'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Whether a conflict is meant by the words somebody typed: a port, a project, a service, a file. */
export function isMeant(conflict: Conflict, text: string): boolean {
  const hay = [
    String(conflict.port),
    conflict.host,
    conflict.id,
    ...conflict.claimants.flatMap((one) => [one.projectId, one.serviceName, one.file, one.command]),
  ]
    .join('\n')
    .toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word))
}

export function bySeverity(conflicts: Conflict[]): [Severity, Conflict[]][] {
  return SEVERITIES.map((severity): [Severity, Conflict[]] => [
    severity,
    conflicts.filter((conflict) => conflict.severity === severity),
  ]).filter(([, list]) => list.length > 0)
}

/** What “resolve all” moves: notes are no harm, and stay. */
export function canBeResolved(conflicts: Conflict[]): Conflict[] {
  return conflicts.filter(({ severity }) => severity !== 'note')
}

/** Where this one would move to; null: it may stay, or cannot move. */
export function suggestionFor(conflict: Conflict, claimant: Claimant): number | null {
  const move = conflict.suggestions.find(({ serviceId }) => serviceId === claimant.serviceId)
  return move?.port ?? null
}

/** What the dragged service and the port mean; null: that is no move. */
export function moveOf(serviceId: unknown, port: unknown): { serviceId: number; port: number } | null {
  if (typeof serviceId !== 'number' || typeof port !== 'number') return null
  return { serviceId, port }
}

/** Ports to offer: what is suggested first, then the pool's next ones, none twice. */
export function offers(suggested: number | null, free: number[], most: number): number[] {
  const all = suggested === null ? free : [suggested, ...free]
  return [...new Set(all)].slice(0, most)
}
