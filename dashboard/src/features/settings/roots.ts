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
  const members = Map.groupBy(services, ({ root }) => root)
  const written = writtenAs([...members.keys()], configured)
  const found = [...members].map(([path, list]) => ({
    path,
    projects: new Set(list.map(({ projectId }) => projectId)).size,
    services: list.length,
    configured: written.get(path) ?? null,
  }))
  const known = new Set(written.values())
  const others = configured
    .filter((one) => !known.has(one))
    .map((one) => ({ path: one, projects: 0, services: 0, configured: one }))
  return [...found, ...others].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** How the configuration writes each path. `~` is the home of whom the daemon runs as, which nobody tells: it is the
 * one home folder below which a path fits. Where several fit, none is taken: the wrong root would be removed. */
function writtenAs(paths: string[], configured: string[]): Map<string, string> {
  const homely = configured.filter((one) => /^~(\/|$)/.test(one))
  const homes = new Set(homely.flatMap((one) => paths.map((path) => homeOf(one, path))))
  homes.delete(null)
  const [home] = homes.size === 1 ? homes : []
  const asPath = (one: string) => (home !== undefined && homely.includes(one) ? home + one.slice(1) : one)
  return new Map(
    paths.flatMap((path) => {
      const exact = configured.find((one) => trimmed(one) === path)
      const one = exact ?? configured.find((other) => trimmed(asPath(other)) === path)
      return one === undefined ? [] : [[path, one]]
    }),
  )
}

/** What `~` would have to be for it to be this path; null: no home folder. */
function homeOf(homely: string, path: string): string | null {
  const below = homely.slice(1).replace(/\/+$/, '')
  if (!path.endsWith(below)) return null
  const home = path.slice(0, path.length - below.length)
  return /^(\/root|\/(home|Users)\/[^/]+)$/.test(home) ? home : null
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '') || '/'
}

/** The setting as a list; a file with a mistake may say anything there. */
export function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
