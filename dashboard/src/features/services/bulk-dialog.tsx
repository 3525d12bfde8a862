import { Alert, Button, Modal, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { asProblem } from '@/shared/api/problem'
import { portsQuery } from '@/shared/api/queries'
import { count, plain, portText } from '@/shared/lib/format'
import { usePlan } from '@/shared/plan/plan-provider'
import { PortInput } from '@/shared/ui/port-input'
import type { Service } from './columns'
import styles from './dialog.module.css'
import { movesFrom } from './moves'
import { useBulk } from './use-bulk'

export type BulkAction = 'move' | 'address' | 'tag' | 'untag' | 'pin' | 'unpin'

interface BulkDialogProps {
  action: BulkAction
  services: Service[]
  onClose: () => void
}

const TITLES: Record<BulkAction, string> = {
  move: 'Move to other ports',
  address: 'Change the address',
  tag: 'Add a tag',
  untag: 'Remove a tag',
  pin: 'Pin their ports',
  unpin: 'Unpin their ports',
}

export default function BulkDialog({ action, services, onClose }: BulkDialogProps) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${TITLES[action]} · ${count(services.length, 'service')}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {action === 'move' ? (
        <MoveForm services={services} onClose={onClose} />
      ) : (
        <ChangeForm action={action} services={services} onClose={onClose} />
      )}
    </Modal>
  )
}

const USUAL_FIRST = 3000

/** Ports are written into files: a plan of all moves together, shown before anything is written. */
function MoveForm({ services, onClose }: { services: Service[]; onClose: () => void }) {
  const [first, setFirst] = useState(USUAL_FIRST)
  const ports = useQuery(portsQuery)
  const plan = usePlan()
  const moves = movesFrom(services, first || USUAL_FIRST, ports.data ?? [])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    plan({ kind: 'plan', title: `Move ${count(moves.length, 'service')}`, wish: { kind: 'resolve', moves } })
  }
  return (
    <Form onSubmit={submit} button="Show the plan" isOff={moves.length === 0 || ports.data === undefined}>
      <PortInput
        label="From port"
        description="Each gets the next one from here that nobody has."
        port={first}
        onPort={setFirst}
      />
      <ul className={styles.moves} aria-label="Moves">
        {moves.slice(0, 200).map((move, index) => (
          <li key={move.serviceId}>
            <span>{plain(services[index]?.serviceName ?? '')}</span>
            <span>
              {portText(services[index]?.externalPort ?? 0)} → {move.port}
            </span>
          </li>
        ))}
      </ul>
    </Form>
  )
}

function ChangeForm({
  action,
  services,
  onClose,
}: BulkDialogProps & { action: Exclude<BulkAction, 'move'> }) {
  const [text, setText] = useState('')
  const bulk = useBulk(onClose)
  const changes = changesOf(action, services, text.trim())
  const submit = (event: FormEvent) => {
    event.preventDefault()
    bulk.mutate(changes)
  }
  return (
    <Form
      onSubmit={submit}
      button={`Change ${count(changes.length, 'service')}`}
      isOff={changes.length === 0 || (action !== 'unpin' && text.trim() === '')}
      isBusy={bulk.isPending}
    >
      {action !== 'unpin' && (
        <TextInput
          label={LABELS[action]}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
      )}
      {action === 'address' && (
        <p className="pm-muted">
          Written into the files of their projects, all or none; History can take it back.
        </p>
      )}
      {bulk.isError && (
        <Alert color="red" title={asProblem(bulk.error).title}>
          {plain(asProblem(bulk.error).message)}
        </Alert>
      )}
    </Form>
  )
}

const LABELS = { address: 'New address', tag: 'Tag', untag: 'Tag', pin: 'Why they may not be moved' }

function changesOf(action: BulkAction, services: Service[], text: string): Shape<'BulkChange'>[] {
  switch (action) {
    case 'tag':
      return services
        .filter(({ tags }) => !tags.includes(text))
        .map(({ id, tags }) => ({ id, tags: [...tags, text] }))
    case 'untag':
      return services
        .filter(({ tags }) => tags.includes(text))
        .map(({ id, tags }) => ({ id, tags: tags.filter((tag) => tag !== text) }))
    case 'pin':
      return services.map(({ id }) => ({ id, pinned: text }))
    case 'unpin':
      return services.filter(({ pinned }) => pinned !== '').map(({ id }) => ({ id, pinned: '' }))
    case 'address':
      return services.map(({ id }) => ({ id, externalIP: text }))
    case 'move':
      return []
  }
}

interface FormProps {
  onSubmit: (event: FormEvent) => void
  button: string
  isOff: boolean
  isBusy?: boolean
  children: ReactNode
}

function Form({ onSubmit, button, isOff, isBusy = false, children }: FormProps) {
  return (
    <form onSubmit={onSubmit} className={styles.form}>
      {children}
      <div className={styles.foot}>
        <Button type="submit" disabled={isOff} loading={isBusy}>
          {button}
        </Button>
      </div>
    </form>
  )
}
