import { ActionIcon, Button, Menu, Modal, TextInput } from '@mantine/core'
import { Bookmark, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import styles from './dialog.module.css'
import { type SavedView, useSavedViews } from './saved-views'

interface ViewsMenuProps {
  filter: string
  sort: string
  onView: (view: SavedView) => void
}

export function ViewsMenu({ filter, sort, onView }: ViewsMenuProps) {
  const { views, save, remove } = useSavedViews()
  const [isNaming, setNaming] = useState(false)
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" leftSection={<Bookmark size={14} />}>
            Views
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length === 0 && <Menu.Label>No saved views yet</Menu.Label>}
          {views.map((view) => (
            <div key={view.name} className={styles.viewRow}>
              <Menu.Item onClick={() => onView(view)} className={styles.viewName ?? ''}>
                {view.name}
              </Menu.Item>
              <ActionIcon aria-label={`Delete the view ${view.name}`} onClick={() => remove(view.name)}>
                <Trash2 size={14} />
              </ActionIcon>
            </div>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setNaming(true)}>Save this view…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <NameDialog
        opened={isNaming}
        onClose={() => setNaming(false)}
        onName={(name) => save({ name, filter, sort })}
      />
    </>
  )
}

interface NameDialogProps {
  opened: boolean
  onClose: () => void
  onName: (name: string) => void
}

function NameDialog({ opened, onClose, onName }: NameDialogProps) {
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
