import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Info,
  LoaderCircle,
  type LucideIcon,
  RotateCcw,
  TriangleAlert,
} from 'lucide-react'
import styles from './status.module.css'

type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'info'

/* Every state that the API knows: an icon and a word, never a colour alone. */
const STATES: Record<string, [tone: Tone, icon: LucideIcon, word: string]> = {
  active: ['good', CircleCheck, 'active'],
  inactive: ['idle', CircleDashed, 'inactive'],
  conflict: ['bad', CircleAlert, 'conflict'],
  up: ['good', CircleCheck, 'up'],
  down: ['bad', CircleX, 'down'],
  degraded: ['warn', TriangleAlert, 'degraded'],
  unknown: ['idle', CircleHelp, 'unknown'],
  error: ['bad', CircleAlert, 'error'],
  warning: ['warn', TriangleAlert, 'warning'],
  note: ['info', Info, 'note'],
  committed: ['good', CircleCheck, 'committed'],
  verified: ['good', CircleCheck, 'verified'],
  'rolled-back': ['warn', RotateCcw, 'rolled back'],
  rolledBack: ['warn', RotateCcw, 'rolled back'],
  undone: ['idle', RotateCcw, 'undone'],
  'needs-attention': ['bad', TriangleAlert, 'needs attention'],
  prepared: ['info', LoaderCircle, 'prepared'],
  waiting: ['idle', CircleDashed, 'waiting'],
  running: ['info', LoaderCircle, 'running'],
  done: ['good', CircleCheck, 'done'],
  failed: ['bad', CircleX, 'failed'],
  cancelled: ['idle', CircleX, 'cancelled'],
  confirmed: ['good', CircleCheck, 'confirmed'],
  declared: ['idle', CircleDashed, 'declared'],
  proposed: ['warn', CircleAlert, 'waits for you'],
  planned: ['info', LoaderCircle, 'planned'],
  applied: ['info', LoaderCircle, 'files written'],
  restarted: ['info', LoaderCircle, 'restarted'],
  probed: ['info', LoaderCircle, 'probed'],
  'rolling-back': ['warn', LoaderCircle, 'rolling back'],
  dismissed: ['idle', CircleX, 'dismissed'],
  noted: ['idle', Info, 'noted'],
  unaffected: ['idle', CircleCheck, 'no file had it'],
  settled: ['idle', RotateCcw, 'went back by itself'],
  abandoned: ['idle', CircleX, 'overtaken by another'],
}

interface StatusProps {
  state: string
  /** Another word than the state's own. */
  label?: string | undefined
  chip?: boolean
}

export function Status({ state, label, chip = false }: StatusProps) {
  const [tone, Icon, word] = STATES[state] ?? (['idle', CircleHelp, state] as const)
  return (
    <span className={`${styles.status} ${styles[tone]} ${chip ? styles.chip : ''}`}>
      <Icon size={14} aria-hidden="true" />
      {label ?? word}
    </span>
  )
}
