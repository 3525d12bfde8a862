import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { poolsQuery } from '@/shared/api/queries'
import type { EditedField, Field } from '@/shared/config/config'
import { EditButton } from '@/shared/config/editing'
import { numberText, plain } from '@/shared/lib/format'
import { Loaded } from '@/shared/ui/states'
import { Section } from './section'
import styles from './settings.module.css'

const RANGES: Field = {
  key: 'ranges',
  type: 'list',
  meaning: 'ranges of ports that the pool gives, one a line: `8000-8999`',
  default: null,
  choices: null,
  least: null,
  most: null,
  isSecret: false,
  byHand: false,
  atStart: false,
}

function rangesField(pool: Shape<'Pool'>): EditedField {
  return { key: `pools.${pool.type}`, field: RANGES, value: pool.ranges, isSet: pool.configured }
}

/** Where the ports of each type of service come from. */
export function PoolSection() {
  const pools = useQuery(poolsQuery)
  return (
    <Section title="Pools" words="ports ranges types free" note="ranges by type of service">
      <Loaded query={pools}>
        {(list) => (
          <ul className={styles.list}>
            {list.map((pool) => (
              <PoolRow key={pool.type} pool={pool} />
            ))}
          </ul>
        )}
      </Loaded>
      <NewPool />
    </Section>
  )
}

function PoolRow({ pool }: { pool: Shape<'Pool'> }) {
  const name = plain(pool.type)
  return (
    <li className={styles.row}>
      <strong className={styles.name}>{name}</strong>
      <span className={`${styles.ranges} pm-number`}>{pool.ranges.join(', ')}</span>
      <span className={`${styles.quiet} ${styles.free} pm-number`}>
        {numberText(pool.free)} free of {numberText(pool.size)}
        {pool.configured ? '' : ' · default'}
      </span>
      <EditButton
        of={name}
        request={() => ({ title: `Ranges of the pool ${name}`, fields: [rangesField(pool)] })}
      >
        Edit
      </EditButton>
      {pool.configured && (
        <EditButton
          of={name}
          request={() => ({
            title: `Take the ranges of ${name} out`,
            changes: [{ key: `pools.${pool.type}`, value: null }],
          })}
        >
          Reset
        </EditButton>
      )}
    </li>
  )
}

function NewPool() {
  const [name, setName] = useState('')
  const [ranges, setRanges] = useState('')
  const list = ranges.split(/[\s,]+/).filter((range) => range !== '')
  return (
    <div className={styles.form}>
      <TextInput label="New pool" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput
        className={styles.grow ?? ''}
        label="Its ranges"
        placeholder="30000-30499, 31000"
        value={ranges}
        onChange={(event) => setRanges(event.currentTarget.value)}
      />
      <EditButton
        request={() =>
          name.trim() === '' || list.length === 0
            ? undefined
            : { title: 'Add a pool', changes: [{ key: `pools.${name.trim()}`, value: list }] }
        }
      >
        Add the pool
      </EditButton>
    </div>
  )
}
