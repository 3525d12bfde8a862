import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { poolsQuery, portsQuery } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { nextFree } from '@/shared/lib/free-port'
import { serviceText } from '@/shared/lib/service-text'
import { usePlan } from '@/shared/plan/plan-provider'
import { PortInput } from '@/shared/ui/port-input'
import styles from './dialog.module.css'

/** One service to another port, and all who point at it along. */
export function MoveDialog({ service, onClose }: { service: Shape<'Service'>; onClose: () => void }) {
  const ports = useQuery(portsQuery)
  const pools = useQuery(poolsQuery)
  const now = service.externalPort || service.internalPort
  const proposed = nextFree(now, service.type, ports.data ?? [], pools.data ?? [])
  const [wished, setWished] = useState<number | null>(null)
  const port = wished ?? proposed ?? 0
  const holder = ports.data?.find((held) => held.port === port && held.transport === service.transport)
  const plan = usePlan()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    plan({
      kind: 'plan',
      title: `Move ${plain(service.serviceName)} to ${port}`,
      wish: { kind: 'assign', service: service.id, port },
    })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Move ${plain(service.serviceName)}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form className={styles.form} onSubmit={submit}>
        <PortInput
          label="To port"
          description={`It is on ${now} now.${proposed === null ? '' : ` ${proposed} is free.`}`}
          port={port}
          onPort={setWished}
          error={holder === undefined || port === now ? undefined : `Taken by ${holderName(holder)}`}
        />
        <div className={styles.foot}>
          <Button type="submit" disabled={port === 0 || port === now}>
            Show the plan
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function holderName(held: {
  services: { serviceName: string; projectId: string; projectName?: string }[]
  lease: unknown
}): string {
  const first = held.services[0]
  if (first === undefined) return held.lease === null ? 'somebody' : 'a lease'
  return serviceText(first)
}
