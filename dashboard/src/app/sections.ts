import {
  GitCompareArrows,
  HeartPulse,
  History,
  LayoutDashboard,
  type LucideIcon,
  Network,
  Plug,
  Server,
  Settings,
  Split,
} from 'lucide-react'
import { type ComponentType, createElement } from 'react'
import { later } from '@/shared/ui/later'
import { Skeletons } from '@/shared/ui/states'

export interface Section {
  path: string
  name: string
  /** `g`, then this letter, goes there. */
  letter: string
  icon: LucideIcon
  page: ComponentType
  /** Fetches the page's code: called when somebody is about to go there. */
  load: () => void
}

type Load = () => Promise<{ default: ComponentType }>

function page(load: Load): Pick<Section, 'page' | 'load'> {
  const part = later(load, createElement(Skeletons, { rows: 8 }))
  return { page: part, load: part.load }
}

export const sections: Section[] = [
  {
    path: '/',
    name: 'Overview',
    letter: 'o',
    icon: LayoutDashboard,
    ...page(() => import('@/features/overview/overview-page')),
  },
  {
    path: '/services',
    name: 'Services',
    letter: 's',
    icon: Server,
    ...page(() => import('@/features/services/services-page')),
  },
  {
    path: '/ports',
    name: 'Ports',
    letter: 'p',
    icon: Plug,
    ...page(() => import('@/features/ports/ports-page')),
  },
  {
    path: '/conflicts',
    name: 'Conflicts',
    letter: 'c',
    icon: Split,
    ...page(() => import('@/features/conflicts/conflicts-page')),
  },
  {
    path: '/ip',
    name: 'IP change',
    letter: 'i',
    icon: GitCompareArrows,
    ...page(() => import('@/features/ip/ip-page')),
  },
  {
    path: '/map',
    name: 'Map',
    letter: 'm',
    icon: Network,
    ...page(() => import('@/features/map/map-page')),
  },
  {
    path: '/health',
    name: 'Health',
    letter: 'h',
    icon: HeartPulse,
    ...page(() => import('@/features/health/health-page')),
  },
  {
    path: '/history',
    name: 'History',
    letter: 'y',
    icon: History,
    ...page(() => import('@/features/history/history-page')),
  },
  {
    path: '/settings',
    name: 'Settings',
    letter: 't',
    icon: Settings,
    ...page(() => import('@/features/settings/settings-page')),
  },
]
