import type { Shape } from '@/shared/api/client'
import { count, numberText } from '@/shared/lib/format'
import { Panel } from '@/shared/ui/page'
import styles from './history.module.css'

interface ContestedPortsProps {
  contested: Shape<'ContestedPort'>[]
  moves: number
}

export function ContestedPorts({ contested, moves }: ContestedPortsProps) {
  return (
    <div className={styles.gap}>
      <Panel
        title="Most contested ports"
        note={`of all times; ${count(moves, 'service')} changed ${moves === 1 ? 'its' : 'their'} port in this range`}
      >
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Port</th>
              <th scope="col" className={styles.number}>
                In conflict
              </th>
              <th scope="col" className={styles.number}>
                Wanted in vain
              </th>
              <th scope="col" className={styles.number}>
                Leased
              </th>
            </tr>
          </thead>
          <tbody>
            {contested.map((one) => (
              <tr key={`${one.transport}${one.port}`}>
                <th scope="row" className="pm-number">
                  {one.port}/{one.transport}
                </th>
                <td className={styles.number}>{numberText(one.conflicts)}</td>
                <td className={styles.number}>{numberText(one.lost)}</td>
                <td className={styles.number}>{numberText(one.leased)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </div>
  )
}
