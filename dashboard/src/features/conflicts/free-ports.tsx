import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { poolsQuery, portUseQuery } from '@/shared/api/queries'
import { numberText, plain } from '@/shared/lib/format'
import { PortUses } from '@/shared/lib/port-uses'
import { Panel } from '@/shared/ui/page'
import { Loaded } from '@/shared/ui/states'
import styles from './conflicts.module.css'

const OFFERED = 5

interface FreePortsProps {
  isDragging: boolean
  /** The port that the pointer is on; null: none. */
  over: number | null
}

/** The next free ports of each pool, to drop a service on. */
export function FreePorts({ isDragging, over }: FreePortsProps) {
  const uses = useQuery(portUseQuery)
  const pools = useQuery(poolsQuery)
  const map = useMemo(() => uses.data && new PortUses(uses.data.runs), [uses.data])
  return (
    <div className={isDragging ? `${styles.side} ${styles.ready}` : styles.side}>
      <Panel title="Free ports" note="drop a service here">
        <Loaded query={pools}>
          {(list) => (
            <ul className={styles.pools}>
              {list.map((pool) => (
                <li key={pool.type}>
                  <div className={styles.poolName}>
                    <strong>{plain(pool.type)}</strong>
                    <span className="pm-muted pm-number">{numberText(pool.free)} free</span>
                  </div>
                  <div className={styles.ports}>
                    {map?.free(pool.ranges, OFFERED).map((port) => (
                      <span
                        key={port}
                        data-free={port}
                        data-over={port === over || undefined}
                        className={port === over ? `${styles.free} ${styles.over}` : styles.free}
                      >
                        {port}
                      </span>
                    ))}
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
    </div>
  )
}

/** Which free port is shown at a place of the window; null: none. */
export function freePortAt(x: number, y: number): number | null {
  const element = document.elementFromPoint(x, y)?.closest('[data-free]')
  const port = Number(element?.getAttribute('data-free'))
  return port > 0 ? port : null
}
