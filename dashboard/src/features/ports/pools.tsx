import { Progress } from '@mantine/core'
import type { Shape } from '@/shared/api/client'
import { numberText, plain } from '@/shared/lib/format'
import type { PortUses } from '@/shared/lib/port-uses'
import { CopyButton } from '@/shared/ui/copy-button'
import styles from './ports.module.css'
import { ReserveButton } from './reserve-button'

interface PoolsProps {
  pools: Shape<'Pool'>[]
  uses: PortUses | undefined
  onRange: (range: string) => void
}

/** How much of each type's ports is free, and which is next. */
export function Pools({ pools, uses, onRange }: PoolsProps) {
  return (
    <ul className={styles.pools} aria-label="Pools">
      {pools.map((pool) => (
        <OnePool key={pool.type} pool={pool} uses={uses} onRange={onRange} />
      ))}
    </ul>
  )
}

interface OnePoolProps {
  pool: Shape<'Pool'>
  uses: PortUses | undefined
  onRange: (range: string) => void
}

const NEARLY_FULL = 90

function OnePool({ pool, uses, onRange }: OnePoolProps) {
  const next = uses?.free(pool.ranges, 1)[0]
  const used = pool.size === 0 ? 100 : (100 * pool.inUse) / pool.size
  return (
    <li className={styles.pool}>
      <div className={styles.poolHead}>
        <strong>{plain(pool.type)}</strong>
        <span className={styles.ranges}>
          {pool.ranges.map((range) => (
            <button key={range} type="button" className={styles.range} onClick={() => onRange(range)}>
              {range}
            </button>
          ))}
        </span>
        <span className={styles.free}>{numberText(pool.free)} free</span>
      </div>
      <Progress
        value={used}
        color={used >= NEARLY_FULL ? 'red' : 'blue'}
        size="sm"
        aria-label={`${plain(pool.type)}: ${pool.inUse} of ${pool.size} in use`}
      />
      <div className={styles.next}>
        {next === undefined ? (
          <span className="pm-muted">none is free</span>
        ) : (
          <>
            <span className="pm-muted">
              next <strong className={styles.number}>{next}</strong>
            </span>
            <CopyButton text={String(next)} />
            <ReserveButton port={next} type={pool.type} />
          </>
        )}
      </div>
    </li>
  )
}
