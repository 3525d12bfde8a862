import type { Shape } from '@/shared/api/client'

export type Service = Shape<'Service'>

export type ColumnKey =
  | 'serviceName'
  | 'projectId'
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
  { key: 'projectId', header: 'Project' },
  { key: 'externalPort', header: 'Port', isRight: true },
  { key: 'internalPort', header: 'Internal', isRight: true },
  { key: 'protocol', header: 'Protocol' },
  { key: 'type', header: 'Type' },
  { key: 'externalIP', header: 'Address' },
  { key: 'status', header: 'Status' },
  { key: 'lastUpdated', header: 'Updated' },
]
