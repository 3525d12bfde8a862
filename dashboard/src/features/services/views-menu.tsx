import { ActionIcon, Button, Menu } from '@mantine/core'
import { Bookmark, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { later } from '@/shared/ui/later'
import styles from './dialog.module.css'
import { type SavedView, useSavedViews } from './saved-views'

const NameDialog = later(() => import('./name-dialog'))

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
      {isNaming && (
        <NameDialog
          opened={isNaming}
          onClose={() => setNaming(false)}
          onName={(name) => save({ name, filter, sort })}
        />
      )}
    </>
  )
}
