import {
  createColumnHelper,
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table'
import type { Shape } from '@/shared/api/client'

export type Service = Shape<'Service'>

export const features = tableFeatures({
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
})

const helper = createColumnHelper<typeof features, Service>()
const STATUS_ORDER = { conflict: 0, inactive: 1, active: 2 }
const byText = new Intl.Collator('en', { numeric: true }).compare

type TextKey = 'serviceName' | 'projectId' | 'type' | 'externalIP' | 'protocol'

function text(key: TextKey, header: string) {
  return helper.accessor(key, {
    header,
    sortFn: (a, b) => byText(a.original[key], b.original[key]),
  })
}

/** A service without a port stands behind all that have one, whichever way they are sorted. */
function port(key: 'externalPort' | 'internalPort', header: string) {
  return helper.accessor((service) => service[key] || undefined, {
    id: key,
    header,
    sortUndefined: 'last',
    sortFn: (a, b) => a.original[key] - b.original[key],
  })
}

export const columns = helper.columns([
  text('serviceName', 'Service'),
  text('projectId', 'Project'),
  port('externalPort', 'Port'),
  port('internalPort', 'Internal'),
  text('protocol', 'Protocol'),
  text('type', 'Type'),
  text('externalIP', 'Address'),
  helper.accessor('status', {
    header: 'Status',
    sortFn: (a, b) => STATUS_ORDER[a.original.status] - STATUS_ORDER[b.original.status],
  }),
  helper.accessor('lastUpdated', {
    header: 'Updated',
    sortFn: (a, b) => compare(a.original.lastUpdated, b.original.lastUpdated),
  }),
])

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
