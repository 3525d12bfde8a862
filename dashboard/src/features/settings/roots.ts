import type { Shape } from '@/shared/api/client'

export interface Root {
  path: string
  projects: number
  services: number
  /** As the configuration writes it; null: it does not. */
  configured: string | null
}

/** Every root that has services, or is configured. A configured one may be written with `~`. */
export function rootsOf(
  services: Pick<Shape<'Service'>, 'root' | 'projectId'>[],
  configured: string[],
): Root[] {
  const found = [...Map.groupBy(services, ({ root }) => root)].map(([path, members]) => ({
    path,
    projects: new Set(members.map(({ projectId }) => projectId)).size,
    services: members.length,
    configured: configured.find((one) => isSame(one, path)) ?? null,
  }))
  const others = configured
    .filter((one) => !found.some(({ path }) => isSame(one, path)))
    .map((one) => ({ path: one, projects: 0, services: 0, configured: one }))
  return [...found, ...others].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function isSame(configured: string, path: string): boolean {
  const trimmed = configured.replace(/\/+$/, '')
  return trimmed === path || (trimmed.startsWith('~/') && path.endsWith(trimmed.slice(1)))
}
