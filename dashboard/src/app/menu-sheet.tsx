import { Drawer } from '@mantine/core'
import { Navigation } from './navigation'
import styles from './shell.module.css'

/** The pages, where there is no room for them beside the page. */
export default function MenuSheet({ onClose }: { onClose: () => void }) {
  return (
    <Drawer
      opened
      onClose={onClose}
      size="260px"
      title="port-manager"
      classNames={{ body: styles.sheet ?? '' }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Navigation onGo={onClose} />
    </Drawer>
  )
}
