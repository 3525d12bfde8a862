import { expect, it } from 'vitest'
import { rootsOf } from './roots'

it('are those with services and those that are configured, each once', () => {
  const services = [
    { root: '/home/ann/projects', projectId: 'a' },
    { root: '/home/ann/projects', projectId: 'a' },
    { root: '/srv', projectId: 'b' },
  ]
  expect(rootsOf(services, ['~/projects', '/empty/'])).toEqual([
    { path: '/empty/', projects: 0, services: 0, configured: '/empty/' },
    { path: '/home/ann/projects', projects: 1, services: 2, configured: '~/projects' },
    { path: '/srv', projects: 1, services: 1, configured: null },
  ])
})
