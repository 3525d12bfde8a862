import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Shape } from '@/shared/api/client'
import { addressesQuery } from '@/shared/api/queries'
import { count } from '@/shared/lib/format'
import { useUrlState } from '@/shared/lib/url-state'
import { Page, Panel } from '@/shared/ui/page'
import { Loaded } from '@/shared/ui/states'
import { Addresses } from './addresses'
import { ChangeRuns } from './change-runs'
import { ChangeSteps } from './change-steps'
import { FindForm } from './find-form'
import styles from './ip.module.css'
import { endedOf } from './report'
import { isAddress } from './review'

export default function IpPage() {
  const addresses = useQuery(addressesQuery)
  const [oldAddress, setOld] = useUrlState('old')
  const [newAddress, setNew] = useUrlState('new')
  const [attempt, setAttempt] = useState(0)
  const isAsked = isAddress(oldAddress) && isAddress(newAddress) && oldAddress !== newAddress
  const leave = () => {
    setNew('')
    setAttempt((known) => known + 1)
  }
  return (
    <Page
      title="IP change"
      note={
        addresses.data && (
          <span>
            {count(addresses.data.addresses.length, 'address', 'addresses')} in files
            {addresses.data.usual !== null && `, this machine is known as ${addresses.data.usual}`}
          </span>
        )
      }
    >
      <Loaded query={addresses}>
        {(data) => (
          <>
            {data.open.length > 0 && <ChangeRuns title="Under way" runs={data.open} />}
            {data.proposals.length > 0 && <ChangeRuns title="Waiting for you" runs={data.proposals} />}
            {isAsked ? (
              <ChangeSteps
                key={`${oldAddress} ${newAddress} ${attempt}`}
                oldAddress={oldAddress}
                newAddress={newAddress}
                onLeave={leave}
              />
            ) : (
              <div className={styles.columns}>
                <Panel title="Replace an address everywhere">
                  <FindForm
                    known={data}
                    oldAddress={oldAddress}
                    newAddress={newAddress}
                    onFind={(from, to) => {
                      setOld(from)
                      setNew(to, true)
                    }}
                  />
                </Panel>
                <Panel title="Addresses in files" flush>
                  <Addresses known={data} onOld={setOld} />
                </Panel>
              </div>
            )}
            <Ended known={data} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Ended({ known }: { known: Shape<'IpAddresses'> }) {
  const ended = endedOf(known.recent, [...known.open, ...known.proposals])
  return ended.length === 0 ? null : <ChangeRuns title="What happened last" runs={ended} />
}
