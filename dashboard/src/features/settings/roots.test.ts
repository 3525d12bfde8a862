import { expect, it } from 'vitest'
import { listOf, rootsOf } from './roots'

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

const written = (paths: string[], configured: string[]) =>
  rootsOf(
    paths.map((root) => ({ root, projectId: 'a' })),
    configured,
  ).map((root) => [root.path, root.configured])

it('are not taken for a root of the same name that is not at home', () => {
  expect(written(['/srv/projects'], ['~/projects'])).toEqual([
    ['/srv/projects', null],
    ['~/projects', '~/projects'],
  ])
  expect(written(['/home/ann/old/projects', '/home/ann/myprojects'], ['~/projects'])).toEqual([
    ['/home/ann/myprojects', null],
    ['/home/ann/old/projects', null],
    ['~/projects', '~/projects'],
  ])
  expect(written(['/srv/home/ann/projects'], ['~/projects'])[0]).toEqual(['/srv/home/ann/projects', null])
})

it('are first those that are written to the letter', () => {
  expect(written(['/home/ann/projects'], ['~/projects', '/home/ann/projects/'])).toEqual([
    ['/home/ann/projects', '/home/ann/projects/'],
    ['~/projects', '~/projects'],
  ])
  expect(written(['/'], ['/'])).toEqual([['/', '/']])
})

it('are at home only where one home folder fits all of them', () => {
  expect(written(['/home/ann/a', '/home/bob/a'], ['~/a'])).toEqual([
    ['/home/ann/a', null],
    ['/home/bob/a', null],
    ['~/a', '~/a'],
  ])
  expect(written(['/root', '/root/a'], ['~', '~/a/'])).toEqual([
    ['/root', '~'],
    ['/root/a', '~/a/'],
  ])
})

it('are none where the file says no list', () => {
  expect(listOf('~/projects')).toEqual([])
  expect(listOf(null)).toEqual([])
  expect(listOf(['/a', 1])).toEqual(['/a'])
})
