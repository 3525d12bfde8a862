import '@mantine/core/styles/Switch.css'
import { Button, CloseButton, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { ArrowLeft, Search } from 'lucide-react'
import { plain } from '@/shared/lib/format'
import { DEPTHS, type Depth, type MapService } from './landscape'
import styles from './map.module.css'

interface MapToolbarProps {
  text: string
  onText: (text: string) => void
  hidesIsolated: boolean
  onHideIsolated: (hide: boolean) => void
  hidden: string[]
  onHidden: (names: string[]) => void
  view: string
  onView: (view: string) => void
  focused: MapService | undefined
  depth: Depth
  onDepth: (depth: Depth) => void
  onLeaveFocus: () => void
}

export function MapToolbar(props: MapToolbarProps) {
  return (
    <div className={styles.toolbar}>
      {props.focused === undefined ? <ProjectTools {...props} /> : <FocusTools {...props} />}
      <SegmentedControl
        className={styles.end ?? ''}
        aria-label="Shown as"
        value={props.view}
        onChange={props.onView}
        data={[
          { value: 'map', label: 'Map' },
          { value: 'list', label: 'List' },
        ]}
      />
    </div>
  )
}

function ProjectTools({ text, onText, hidesIsolated, onHideIsolated, hidden, onHidden }: MapToolbarProps) {
  return (
    <>
      <TextInput
        className={styles.find ?? ''}
        aria-label="Find a project, a service or a port"
        placeholder="Project, service or port"
        data-filter=""
        leftSection={<Search size={14} aria-hidden="true" />}
        rightSection={
          text === '' ? null : <CloseButton size="sm" onClick={() => onText('')} aria-label="Clear" />
        }
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      <Switch
        label="Only linked projects"
        checked={hidesIsolated}
        onChange={(event) => onHideIsolated(event.currentTarget.checked)}
      />
      {hidden.length > 0 && (
        <Button variant="default" onClick={() => onHidden([])}>
          Show {hidden.length === 1 ? plain(hidden[0] ?? '') : `${hidden.length} hidden projects`}
        </Button>
      )}
    </>
  )
}

function FocusTools({ focused, depth, onDepth, onLeaveFocus }: MapToolbarProps) {
  return (
    <>
      <Button
        variant="default"
        leftSection={<ArrowLeft size={14} aria-hidden="true" />}
        onClick={onLeaveFocus}
      >
        All projects
      </Button>
      <strong>{plain(focused?.serviceName ?? '')}</strong>
      <SegmentedControl
        aria-label="How far around it"
        value={String(depth)}
        onChange={(value) => onDepth(Number(value) as Depth)}
        data={DEPTHS.map((one) => ({ value: String(one), label: one === 1 ? '1 step' : `${one} steps` }))}
      />
    </>
  )
}
