import { Button, Modal, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import styles from './dialog.module.css'

interface NameDialogProps {
  opened: boolean
  onClose: () => void
  onName: (name: string) => void
}

export default function NameDialog({ opened, onClose, onName }: NameDialogProps) {
  const [name, setName] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onName(name.trim())
    setName('')
    onClose()
  }
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Save this view"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit} className={styles.form}>
        <TextInput
          label="Name"
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <div className={styles.foot}>
          <Button type="submit" disabled={name.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </Modal>
  )
}
