import type { Shape } from '@/shared/api/client'

/* What the map draws, made from the graph of references: projects and who points at whom among them, or one
 * service and what is around it. Pure; the layouts stand in force-layout.ts and layered-layout.ts. */

export type MapService = Shape<'GraphNode'>
export type Reference = Shape<'GraphEdge'>
type Graph = Shape<'NetworkGraph'>

/** A folder below a root with all services of its workspaces. */
export interface ProjectGroup {
  id: string
  name: string
  host: string
  services: MapService[]
  conflicts: number
  active: number
}

/** All references from one group, or service, to another. */
export interface Link {
  id: string
  from: string
  to: string
  references: Reference[]
}

export interface Landscape {
  groups: ProjectGroup[]
  links: Link[]
  /** References that no known service answers. */
  unanswered: Reference[]
}

export function groupName(projectId: string): string {
  const slash = projectId.indexOf('/')
  return slash < 0 ? projectId : projectId.slice(0, slash)
}

function groupId(host: string, projectId: string): string {
  return `${host}:${groupName(projectId)}`
}

export function landscapeOf(graph: Graph): Landscape {
  const groups = new Map<string, ProjectGroup>()
  const groupOfService = new Map<number, string>()
  for (const service of graph.nodes) {
    const id = groupId(service.host, service.projectId)
    const group = groups.get(id) ?? emptyGroup(id, service)
    groups.set(id, group)
    // The folder's own project names the group; those of its workspaces have names of their own.
    if (service.projectName !== undefined && service.projectId === groupName(service.projectId))
      group.name = service.projectName
    group.services.push(service)
    group.conflicts += service.status === 'conflict' ? 1 : 0
    group.active += service.status === 'active' ? 1 : 0
    groupOfService.set(service.id, id)
  }
  const links = new Map<string, Link>()
  const unanswered: Reference[] = []
  for (const reference of graph.edges) {
    const to = reference.to === null ? undefined : groupOfService.get(reference.to)
    if (to === undefined) {
      unanswered.push(reference)
      continue
    }
    const from = sourceGroup(reference, groupOfService, groups, to)
    if (from !== undefined && from !== to) addToLink(links, from, to, reference)
  }
  return { groups: [...groups.values()].sort(byName), links: [...links.values()], unanswered }
}

function emptyGroup(id: string, first: MapService): ProjectGroup {
  return { id, name: groupName(first.projectId), host: first.host, services: [], conflicts: 0, active: 0 }
}

/* A file that belongs to no service of its project still belongs to the project. */
function sourceGroup(
  reference: Reference,
  groupOfService: Map<number, string>,
  groups: Map<string, ProjectGroup>,
  to: string,
): string | undefined {
  if (reference.from !== null) return groupOfService.get(reference.from)
  const host = groups.get(to)?.host ?? ''
  const id = groupId(host, reference.projectId)
  return groups.has(id) ? id : undefined
}

function addToLink(links: Map<string, Link>, from: string, to: string, reference: Reference) {
  const id = `${from}→${to}`
  const link = links.get(id) ?? { id, from, to, references: [] }
  links.set(id, link)
  link.references.push(reference)
}

function byName(a: { name: string }, b: { name: string }) {
  return a.name.localeCompare(b.name, 'en', { numeric: true })
}

export interface MapFilter {
  /** Part of a project's or a service's name, or a port. */
  text: string
  /** Without groups that nobody points at and that point at nobody. */
  hideIsolated: boolean
  /** Names of groups that are not to be drawn. */
  hidden: readonly string[]
}

/** What is left of a landscape; a group that matches brings its neighbours along, so that it is seen in place. */
export function filtered(landscape: Landscape, filter: MapFilter): Landscape {
  const linked = new Set(landscape.links.flatMap((link) => [link.from, link.to]))
  const hidden = new Set(filter.hidden)
  const candidates = landscape.groups.filter(
    (group) => !hidden.has(group.name) && (!filter.hideIsolated || linked.has(group.id)),
  )
  const wanted = filter.text.trim().toLowerCase()
  let kept = new Set(candidates.map((group) => group.id))
  if (wanted !== '') {
    const hits = new Set(candidates.filter((group) => isMatch(group, wanted)).map((group) => group.id))
    const near = landscape.links.flatMap((link) =>
      hits.has(link.from) || hits.has(link.to) ? [link.from, link.to] : [],
    )
    kept = new Set([...hits, ...near.filter((id) => kept.has(id))])
  }
  return {
    groups: candidates.filter((group) => kept.has(group.id)),
    links: landscape.links.filter((link) => kept.has(link.from) && kept.has(link.to)),
    unanswered: landscape.unanswered,
  }
}

function isMatch(group: ProjectGroup, wanted: string): boolean {
  if (group.name.toLowerCase().includes(wanted)) return true
  return group.services.some(
    (service) =>
      service.serviceName.toLowerCase().includes(wanted) ||
      service.projectId.toLowerCase().includes(wanted) ||
      (service.projectName ?? '').toLowerCase().includes(wanted) ||
      String(service.externalPort) === wanted ||
      String(service.internalPort) === wanted,
  )
}

export const DEPTHS = [1, 2, 3] as const
export type Depth = (typeof DEPTHS)[number]

/** One service and what is around it: `level` is 0 for itself, negative for who points at it. */
export interface Surroundings {
  services: { service: MapService; level: number }[]
  links: Link[]
}

export function surroundingsOf(graph: Graph, serviceId: number, depth: Depth): Surroundings {
  const byId = new Map(graph.nodes.map((service) => [service.id, service]))
  const answered = graph.edges.filter(
    (edge) => edge.from !== null && edge.to !== null && edge.from !== edge.to,
  )
  const levels = new Map([[serviceId, 0]])
  spread(levels, serviceId, depth, neighboursBy(answered, 'from', 'to'), 1)
  spread(levels, serviceId, depth, neighboursBy(answered, 'to', 'from'), -1)
  const links = new Map<string, Link>()
  for (const edge of answered)
    if (levels.has(edge.from as number) && levels.has(edge.to as number))
      addToLink(links, String(edge.from), String(edge.to), edge)
  const services = [...levels].flatMap(([id, level]) => {
    const service = byId.get(id)
    return service === undefined ? [] : [{ service, level }]
  })
  return { services, links: [...links.values()] }
}

function neighboursBy(edges: Reference[], near: 'from' | 'to', far: 'from' | 'to'): Map<number, number[]> {
  const neighbours = new Map<number, number[]>()
  for (const edge of edges) {
    const list = neighbours.get(edge[near] as number)
    if (list === undefined) neighbours.set(edge[near] as number, [edge[far] as number])
    else list.push(edge[far] as number)
  }
  return neighbours
}

/* Breadth first, so that a level is the shortest way; who is on both sides stays where he was met first. */
function spread(
  levels: Map<number, number>,
  start: number,
  depth: number,
  neighbours: Map<number, number[]>,
  direction: 1 | -1,
) {
  let front = [start]
  for (let step = 1; step <= depth && front.length > 0; step++) {
    const next: number[] = []
    for (const id of front)
      for (const neighbour of neighbours.get(id) ?? [])
        if (!levels.has(neighbour)) {
          levels.set(neighbour, step * direction)
          next.push(neighbour)
        }
    front = next
  }
}

/** The state of a group that is worth a word; '' none is. */
export function worstOf(group: ProjectGroup): string {
  return group.conflicts > 0 ? 'conflict' : ''
}
