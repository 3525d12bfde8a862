import { Button, Menu } from '@mantine/core'
import { ChevronDown, ListChecks } from 'lucide-react'
import { useState } from 'react'
import { useWhyNot } from '@/shared/api/may'
import { numberText } from '@/shared/lib/format'
import { later } from '@/shared/ui/later'
import type { BulkAction } from './bulk-dialog'
import type { Service } from './columns'

const BulkDialog = later(() => import('./bulk-dialog'))

interface BulkMenuProps {
  /** Those that are selected; all that are shown when none is. */
  services: Service[]
  isSelection: boolean
}

const ACTIONS: [action: BulkAction, text: string][] = [
  ['move', 'Move to other ports…'],
  ['address', 'Change the address…'],
  ['tag', 'Add a tag…'],
  ['untag', 'Remove a tag…'],
  ['pin', 'Pin their ports…'],
  ['unpin', 'Unpin their ports'],
]

export function BulkMenu({ services, isSelection }: BulkMenuProps) {
  const [action, setAction] = useState<BulkAction | null>(null)
  const whyNot = useWhyNot()
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button
            variant={isSelection ? 'filled' : 'default'}
            leftSection={<ListChecks size={14} />}
            rightSection={<ChevronDown size={14} />}
            disabled={services.length === 0 || whyNot !== null}
            title={whyNot ?? undefined}
          >
            Bulk · {numberText(services.length)}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{isSelection ? 'The selected services' : 'All services that are shown'}</Menu.Label>
          {ACTIONS.map(([name, text]) => (
            <Menu.Item key={name} onClick={() => setAction(name)}>
              {text}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {action !== null && <BulkDialog action={action} services={services} onClose={() => setAction(null)} />}
    </>
  )
}
