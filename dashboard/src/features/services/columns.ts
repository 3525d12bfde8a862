import type { ServiceRow as Service } from '@/shared/api/service-row'

export type { Service }

export type ColumnKey =
  | 'serviceName'
  | 'projectName'
  | 'host'
  | 'externalPort'
  | 'internalPort'
  | 'protocol'
  | 'type'
  | 'externalIP'
  | 'status'
  | 'lastUpdated'

export interface Column {
  key: ColumnKey
  header: string
  isRight?: boolean
}

/** Where the registry has services of several hosts, one has to know whose each is. */
const HOST: Column = { key: 'host', header: 'Host' }

export const columns: Column[] = [
  { key: 'serviceName', header: 'Service' },
  { key: 'projectName', header: 'Project' },
  { key: 'externalPort', header: 'Port', isRight: true },
  { key: 'internalPort', header: 'Internal', isRight: true },
  { key: 'protocol', header: 'Protocol' },
  { key: 'type', header: 'Type' },
  { key: 'externalIP', header: 'Address' },
  { key: 'status', header: 'Status' },
  { key: 'lastUpdated', header: 'Updated' },
]

export const columnsWithHost: Column[] = columns.flatMap((column) =>
  column.key === 'projectName' ? [column, HOST] : [column],
)

/** Whether services are of more than one host. */
export function hasHosts(services: Service[]): boolean {
  const [first] = services
  return first !== undefined && services.some(({ host }) => host !== first.host)
}
