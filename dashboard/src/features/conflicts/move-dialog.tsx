import { Button, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { poolsQuery, portUseQuery, servicesQuery } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { PortUses, wordsFor } from '@/shared/lib/port-uses'
import { usePlan } from '@/shared/plan/plan-provider'
import { PortInput } from '@/shared/ui/port-input'
import { type Claimant, type Conflict, offers, suggestionFor } from './claims'
import styles from './conflicts.module.css'

const OFFERED = 8

interface MoveDialogProps {
  conflict: Conflict
  claimant: Claimant
  onClose: () => void
}

/** Where to? The same as dragging: a port is chosen, and the plan is shown. */
export function MoveDialog({ conflict, claimant, onClose }: MoveDialogProps) {
  const uses = useQuery(portUseQuery)
  const pools = useQuery(poolsQuery)
  const services = useQuery(servicesQuery)
  const plan = usePlan()
  const map = useMemo(() => uses.data && new PortUses(uses.data.runs), [uses.data])
  const type = services.data?.find((service) => service.id === claimant.serviceId)?.type ?? ''
  const pool = pools.data?.find((one) => one.type === type) ?? pools.data?.find((one) => one.type === 'other')
  const suggested = suggestionFor(conflict, claimant)
  const offered = offers(suggested, map?.free(pool?.ranges ?? [], OFFERED, conflict.port) ?? [], OFFERED)
  const [wished, setWished] = useState<number | null>(null)
  const port = wished ?? offered[0] ?? 0
  const taken = map === undefined || port === 0 || map.isFree(port) ? null : wordsFor(map.of(port))
  const name = plain(claimant.serviceName)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    plan({
      kind: 'plan',
      title: `Move ${name} to ${port}`,
      wish: { kind: 'assign', service: claimant.serviceId ?? 0, port },
    })
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={`Move ${name} away from ${conflict.port}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form className={styles.form} onSubmit={submit}>
        <fieldset className={styles.offers}>
          <legend>Free ports{pool === undefined ? '' : ` of the pool ${plain(pool.type)}`}</legend>
          {offered.map((one) => (
            <Button
              key={one}
              type="button"
              variant={one === port ? 'filled' : 'default'}
              aria-pressed={one === port}
              onClick={() => setWished(one)}
            >
              {one}
            </Button>
          ))}
        </fieldset>
        <PortInput
          label="To port"
          port={port}
          onPort={setWished}
          error={taken === null ? undefined : `${port} is not free: ${taken}`}
        />
        <div className={styles.foot}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={port === 0 || port === conflict.port}>
            Show the plan
          </Button>
        </div>
      </form>
    </Modal>
  )
}
