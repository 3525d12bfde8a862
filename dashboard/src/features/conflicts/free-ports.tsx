import { useDroppable } from '@dnd-kit/react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { poolsQuery, portUseQuery } from '@/shared/api/queries'
import { numberText, plain } from '@/shared/lib/format'
import { PortUses } from '@/shared/lib/port-uses'
import { Panel } from '@/shared/ui/page'
import { Loaded } from '@/shared/ui/states'
import styles from './conflicts.module.css'

const OFFERED = 6

/** The next free ports of each pool, to drop a service on. */
export function FreePorts({ isDragging }: { isDragging: boolean }) {
  const uses = useQuery(portUseQuery)
  const pools = useQuery(poolsQuery)
  const map = useMemo(() => uses.data && new PortUses(uses.data.runs), [uses.data])
  return (
    <aside className={isDragging ? `${styles.side} ${styles.ready}` : styles.side}>
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
                      <FreePort key={port} port={port} pool={pool.type} />
                    ))}
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      </Panel>
    </aside>
  )
}

function FreePort({ port, pool }: { port: number; pool: string }) {
  const { ref, isDropTarget } = useDroppable({ id: `${pool}-${port}`, data: { port } })
  return (
    <span ref={ref} data-free={port} className={isDropTarget ? `${styles.free} ${styles.over}` : styles.free}>
      {port}
    </span>
  )
}
