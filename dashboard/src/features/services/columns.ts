export type { ServiceRow as Service } from '@/shared/api/service-row'

export type ColumnKey =
  | 'serviceName'
  | 'projectName'
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
