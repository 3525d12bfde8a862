import { expect, it } from 'vitest'
import { portOf } from './port-input'

it('takes ports for ports, and nothing else', () => {
  expect([
    portOf('8080', 1),
    portOf(' 80 ', 1),
    portOf('', 80),
    portOf('65536', 80),
    portOf('8a', 80),
  ]).toEqual([8080, 80, 0, 80, 80])
})
