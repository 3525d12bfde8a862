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
import { type ComponentType, lazy } from 'react'

export interface Section {
  path: string
  name: string
  /** `g`, then this letter, goes there. */
  letter: string
  icon: LucideIcon
  page: ComponentType
}

export const sections: Section[] = [
  {
    path: '/',
    name: 'Overview',
    letter: 'o',
    icon: LayoutDashboard,
    page: lazy(() => import('@/features/overview/overview-page')),
  },
  {
    path: '/services',
    name: 'Services',
    letter: 's',
    icon: Server,
    page: lazy(() => import('@/features/services/services-page')),
  },
  {
    path: '/ports',
    name: 'Ports',
    letter: 'p',
    icon: Plug,
    page: lazy(() => import('@/features/ports/ports-page')),
  },
  {
    path: '/conflicts',
    name: 'Conflicts',
    letter: 'c',
    icon: Split,
    page: lazy(() => import('@/features/conflicts/conflicts-page')),
  },
  {
    path: '/ip',
    name: 'IP change',
    letter: 'i',
    icon: GitCompareArrows,
    page: lazy(() => import('@/features/ip/ip-page')),
  },
  {
    path: '/map',
    name: 'Map',
    letter: 'm',
    icon: Network,
    page: lazy(() => import('@/features/map/map-page')),
  },
  {
    path: '/health',
    name: 'Health',
    letter: 'h',
    icon: HeartPulse,
    page: lazy(() => import('@/features/health/health-page')),
  },
  {
    path: '/history',
    name: 'History',
    letter: 'y',
    icon: History,
    page: lazy(() => import('@/features/history/history-page')),
  },
  {
    path: '/settings',
    name: 'Settings',
    letter: 't',
    icon: Settings,
    page: lazy(() => import('@/features/settings/settings-page')),
  },
]
