import { Kbd, Modal } from '@mantine/core'
import { Fragment } from 'react'
import { sections } from './sections'
import styles from './shell.module.css'

const KEYS: [keys: string[], what: string][] = [
  [['Ctrl', 'K'], 'search services and commands'],
  [['/'], 'filter what the page shows'],
  [['u'], 'undo the last change of files'],
  [['j'], 'next row'],
  [['k'], 'row before'],
  [['x'], 'select the row'],
  [['Enter'], 'open the row'],
  [['Esc'], 'close, clear'],
  [['?'], 'this list'],
]

export default function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" closeButtonProps={{ 'aria-label': 'Close' }}>
      <dl className={styles.keys}>
        {KEYS.map(([keys, what]) => (
          <Row key={what} keys={keys} what={what} />
        ))}
        {sections.map((section) => (
          <Row key={section.path} keys={['g', section.letter]} what={`go to ${section.name}`} />
        ))}
      </dl>
    </Modal>
  )
}

function Row({ keys, what }: { keys: string[]; what: string }) {
  return (
    <>
      <dt>
        {keys.map((key, index) => (
          <Fragment key={key}>
            {index > 0 && ' '}
            <Kbd size="xs">{key}</Kbd>
          </Fragment>
        ))}
      </dt>
      <dd>{what}</dd>
    </>
  )
}
