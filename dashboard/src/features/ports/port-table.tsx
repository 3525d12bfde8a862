import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Shape } from '@/shared/api/client'
import { portsQuery } from '@/shared/api/queries'
import { LAST_PORT, type PortUses, wordsFor } from '@/shared/lib/port-uses'
import { serviceText } from '@/shared/lib/service-text'
import { Empty, Loaded } from '@/shared/ui/states'
import type { Span } from './grid'
import styles from './ports.module.css'

interface PortTableProps {
  uses: PortUses | undefined
  span: Span | null
  onOpen: (port: number) => void
}

/** The map's ports that are not free, as rows; what the kernel keeps in one piece is one row. */
export function PortTable({ uses, span, onOpen }: PortTableProps) {
  const ports = useQuery(portsQuery)
  const rows = useMemo(() => (uses === undefined ? [] : rowsOf(uses, span)), [uses, span])
  if (rows.length === 0) return <Empty title="All of these ports are free" good />
  return (
    <Loaded query={ports}>
      {(held) => (
        <div className={styles.scroll}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Port</th>
                <th scope="col">Is</th>
                <th scope="col">Who</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ first, last, words }) => (
                <tr key={first}>
                  <th scope="row" className="pm-number">
                    {first === last ? (
                      <button type="button" className={styles.open} onClick={() => onOpen(first)}>
                        {first}
                      </button>
                    ) : (
                      `${first}–${last}`
                    )}
                  </th>
                  <td>{words}</td>
                  <td>{first === last ? whoHas(held, first) : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Loaded>
  )
}

interface Row {
  first: number
  last: number
  words: string
}

/** Runs of what nobody has but is not free either; every port that somebody has by itself. */
function rowsOf(uses: PortUses, span: Span | null): Row[] {
  const rows: Row[] = []
  for (let port = span?.first ?? 1; port <= (span?.last ?? LAST_PORT); port += 1) {
    if (uses.isFree(port)) continue
    const words = wordsFor(uses.of(port))
    const before = rows.at(-1)
    if (before !== undefined && !uses.isHeld(port) && before.last === port - 1 && before.words === words)
      before.last = port
    else rows.push({ first: port, last: port, words })
  }
  return rows
}

function whoHas(held: Shape<'HeldPort'>[], port: number): string {
  const names = held
    .filter((one) => one.port === port)
    .flatMap((one) => one.services.map((service) => serviceText(service)))
  return [...new Set(names)].join(', ')
}
