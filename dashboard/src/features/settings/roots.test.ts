import { expect, it } from 'vitest'
import { rootsOf } from './roots'

const known = (path: string, configured = true) => ({
  id: path,
  path,
  configured,
  there: true,
  projects: 1,
  services: 2,
})

it('are told as the configuration writes them', () => {
  const roots = [known('/empty'), known('/home/ann/projects'), known('/srv', false)]
  expect(rootsOf(roots, ['~/projects', '/empty/']).map(({ path, written }) => [path, written])).toEqual([
    ['/empty', '/empty/'],
    ['/home/ann/projects', '~/projects'],
    ['/srv', null],
  ])
})

const written = (paths: string[], configured: string[]) =>
  rootsOf(
    paths.map((path) => known(path)),
    configured,
  ).map((root) => [root.path, root.written])

it('are not taken for a root of the same name that is not at home', () => {
  expect(written(['/srv/projects'], ['~/projects'])).toEqual([['/srv/projects', null]])
  expect(written(['/home/ann/old/projects', '/home/ann/myprojects'], ['~/projects'])).toEqual([
    ['/home/ann/old/projects', null],
    ['/home/ann/myprojects', null],
  ])
  expect(written(['/srv/home/ann/projects'], ['~/projects'])[0]).toEqual(['/srv/home/ann/projects', null])
})

it('are first those that are written to the letter', () => {
  expect(written(['/home/ann/projects'], ['~/projects', '/home/ann/projects/'])).toEqual([
    ['/home/ann/projects', '/home/ann/projects/'],
  ])
  expect(written(['/'], ['/'])).toEqual([['/', '/']])
})

it('are at home only where one home folder fits all of them', () => {
  expect(written(['/home/ann/a', '/home/bob/a'], ['~/a'])).toEqual([
    ['/home/ann/a', null],
    ['/home/bob/a', null],
  ])
  expect(written(['/root', '/root/a'], ['~', '~/a/'])).toEqual([
    ['/root', '~'],
    ['/root/a', '~/a/'],
  ])
})
