import { Button, Menu } from '@mantine/core'
import { BellOff } from 'lucide-react'
import { useWhyNot } from '@/shared/api/may'

const SPANS: [label: string, minutes: number][] = [
  ['30 minutes', 30],
  ['2 hours', 120],
  ['8 hours', 480],
  ['1 day', 1_440],
  ['1 week', 10_080],
]

interface MuteMenuProps {
  name: string
  isMuted: boolean
  onMute: (minutes: number) => void
}

/** No messages for a time, which always ends. */
export function MuteMenu({ name, isMuted, onMute }: MuteMenuProps) {
  const whyNot = useWhyNot()
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<BellOff size={13} aria-hidden="true" />}
          disabled={whyNot !== null}
          title={whyNot ?? undefined}
          aria-label={`Mute ${name}`}
        >
          {isMuted ? 'Muted' : 'Mute'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {SPANS.map(([label, minutes]) => (
          <Menu.Item key={minutes} onClick={() => onMute(minutes)}>
            For {label}
          </Menu.Item>
        ))}
        {isMuted && <Menu.Item onClick={() => onMute(0)}>Tell again</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}
