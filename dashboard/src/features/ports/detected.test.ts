import { describe, expect, it } from 'vitest'
import { PortUses } from '@/shared/lib/port-uses'
import { detectedPools } from './detected'

const uses = new PortUses([
  { first: 1, last: 1023, is: ['privileged'] },
  { first: 1024, last: 3999, is: [] },
  { first: 4000, last: 4089, is: ['declared'] },
  { first: 4090, last: 32_767, is: [] },
  { first: 32_768, last: 65_535, is: ['ephemeral'] },
])
const POOLS = [
  { type: 'api', ranges: ['8000-8999'] },
  { type: 'web', ranges: ['3000-3999'] },
  { type: 'other', ranges: ['20000-20999'] },
]
const at = (type: string, ...ports: number[]) =>
  ports.map((externalPort) => ({ type, externalPort, host: 'here' }))
const detected = (services: ReturnType<typeof at>) => detectedPools(services, POOLS, uses, 'here')

describe('pools of detected ranges', () => {
  it('are the hundreds in which services of a type stand', () => {
    expect(detected(at('api', 5001, 5002, 5101, 5140, 7000))).toEqual([
      { type: 'api', ranges: ['5000-5199'], ports: 5, inside: 4, free: 200 },
    ])
  })

  it('give one hundred to one type, to that of most', () => {
    const found = detected([...at('api', 5001, 5002), ...at('web', 5003, 5004, 5005)])
    expect(found).toEqual([{ type: 'web', ranges: ['5000-5099'], ports: 3, inside: 3, free: 100 }])
  })

  it('grow until something is left to give', () => {
    expect(detected(at('api', 4000, 4001))[0]).toMatchObject({ ranges: ['4000-4199'], free: 110 })
  })

  it('do not grow into another’s', () => {
    const found = detected([...at('api', 4000, 4001), ...at('web', 4150, 4151)])
    expect(found.map(({ ranges }) => ranges)).toEqual([['4000-4099'], ['4100-4199']])
  })

  it('are few for services that stand apart', () => {
    expect(detected(at('api', 5000, 6000, 7000, 9000))[0]?.ranges).toEqual([
      '5000-5099',
      '6000-6099',
      '7000-7099',
    ])
  })

  it('take nothing that nobody may be given, nor of another machine, nor from inside a container', () => {
    expect(detected(at('api', 0, 80, 443, 40_000, 40_001))).toEqual([])
    expect(detected(at('api', 1025, 1026))[0]?.ranges).toEqual(['1024-1099'])
    expect(detectedPools(at('api', 5000, 5001), POOLS, uses, 'there')).toEqual([])
  })

  it('gather types that have no pool under “other”', () => {
    expect(detected(at('', 5000, 5001))[0]?.type).toBe('other')
  })

  it('are not proposed where nothing would change', () => {
    const pools = [{ type: 'api', ranges: ['5000-5099'] }]
    expect(detectedPools(at('api', 5001, 5002), pools, uses, 'here')).toEqual([])
  })
})
