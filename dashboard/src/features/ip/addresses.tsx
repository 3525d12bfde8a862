import { Button } from '@mantine/core'
import type { Shape } from '@/shared/api/client'
import { count, plain } from '@/shared/lib/format'
import { Empty } from '@/shared/ui/states'
import { TimeAgo } from '@/shared/ui/time-ago'
import styles from './ip.module.css'

interface AddressesProps {
  known: Shape<'IpAddresses'>
  onOld: (address: string) => void
}

export function Addresses({ known, onOld }: AddressesProps) {
  if (known.addresses.length + known.machine.length === 0)
    return (
      <Empty title="No public address stands in any file">Local names and loopback are not counted.</Empty>
    )
  return (
    <ul className={styles.addresses}>
      {known.machine.map((one) => (
        <li key={`${one.source}${one.slot}${one.address}`}>
          <div className={styles.address}>
            <code className="pm-mono">{plain(one.address)}</code>
            <span className="pm-muted">
              this machine now, says {plain(one.source)}, <TimeAgo time={one.lastSeen} />
              {one.state !== 'current' && ` (${plain(one.state)})`}
            </span>
          </div>
        </li>
      ))}
      {known.addresses.map(({ address, places, projects }) => (
        <li key={address}>
          <div className={styles.address}>
            <code className="pm-mono">{plain(address)}</code>
            <span className="pm-muted">
              {count(places, 'place')}, {count(projects, 'project')}
              {address === known.usual && ', the usual one'}
            </span>
          </div>
          <Button variant="default" aria-label={`Replace ${plain(address)}`} onClick={() => onOld(address)}>
            Replace
          </Button>
        </li>
      ))}
    </ul>
  )
}
