import { expect, it } from 'vitest'
import { withAll } from './service-table'

it('of all that are shown leaves who is not shown as it was', () => {
  const shown = [{ id: 2 }, { id: 3 }]
  expect(withAll({ 1: true, 2: true }, shown, true)).toEqual({ 1: true, 2: true, 3: true })
  expect(withAll({ 1: true, 2: true, 3: true }, shown, false)).toEqual({ 1: true })
})
