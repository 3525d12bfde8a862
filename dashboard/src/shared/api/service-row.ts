import type { Shape } from './client'

/** A service as tables show it and filters find it. What the API leaves out because it is empty is here. */
export interface ServiceRow extends Required<Shape<'ServiceRow'>> {
  /** What the configuration calls its project; else the project's id. */
  projectName: string
}

const NONE: string[] = []

/** Of a row of the list, or of a whole service, as events have it. Each has the same members in the same order: an
 * engine keeps thousands of such objects small, and reads them fast. */
export function rowOf(service: Shape<'ServiceRow'>): ServiceRow {
  return {
    id: service.id,
    projectId: service.projectId,
    projectName: service.projectName ?? service.projectId,
    serviceName: service.serviceName,
    externalIP: service.externalIP ?? '',
    internalPort: service.internalPort,
    externalPort: service.externalPort,
    protocol: service.protocol,
    status: service.status,
    lastUpdated: service.lastUpdated,
    host: service.host,
    bind: service.bind ?? '',
    type: service.type ?? '',
    variant: service.variant ?? '',
    pinned: service.pinned ?? '',
    tags: service.tags ?? NONE,
    health: service.health,
  }
}
