import type { Shape } from '@/shared/api/client'

export type Root = Shape<'Root'> & {
  /** As the configuration writes it; null: it does not, or nobody can tell which entry it is. */
  written: string | null
}

/** Each with how the configuration writes it, which may be with `~`. */
export function rootsOf(roots: Shape<'Root'>[], configured: string[]): Root[] {
  const written = writtenAs(
    roots.filter((root) => root.configured).map(({ path }) => path),
    configured,
  )
  return roots.map((root) => ({ ...root, written: written.get(root.path) ?? null }))
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
