import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, RefreshCw, TriangleAlert } from 'lucide-react'
import { Link } from 'wouter'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import {
  addressesQuery,
  channelsQuery,
  conflictsQuery,
  downQuery,
  driftQuery,
  keys,
  networkQuery,
  poolsQuery,
} from '@/shared/api/queries'
import { numberText, plain } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'
import { usePlan } from '@/shared/plan/plan-provider'
import { Page, Panel } from '@/shared/ui/page'
import { Empty, Loaded, Skeletons } from '@/shared/ui/states'
import { TimeAgo } from '@/shared/ui/time-ago'
import { Activity } from './activity'
import { type Attention, attentionOf } from './attention'
import { Begin } from './begin'
import styles from './overview.module.css'

/** What needs a person, and what happened. */
export default function OverviewPage() {
  const network = useQuery(networkQuery)
  return (
    <Page
      title="Overview"
      note={
        network.data !== undefined &&
        network.data.lastScan !== null && (
          <>
            checked <TimeAgo time={network.data.lastScan} />
          </>
        )
      }
      actions={<Actions />}
    >
      <Loaded query={network} skeleton={<Skeletons rows={4} height={56} />}>
        {(status) => (
          <>
            <Counts status={status} />
            <div className={styles.columns}>
              <div className={styles.stack}>
                {status.services.total === 0 ? (
                  <Begin isScanned={status.lastScan !== null} />
                ) : (
                  <Attentions status={status} />
                )}
                <Panel title="Activity" flush actions={<Link href="/history">All of it</Link>}>
                  <Activity />
                </Panel>
              </div>
              <div className={styles.stack}>
                <Machine status={status} />
                <Pools />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** Look again at all files, and propose what brings back what was decided. */
function Actions() {
  const plan = usePlan()
  const client = useQueryClient()
  const whyNot = useWhyNot()
  const scan = useMutation({
    mutationFn: () => answered(api.POST('/api/services/sync', { body: {} })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.network }),
  })
  return (
    <>
      <Button
        variant="default"
        leftSection={<RefreshCw size={14} />}
        disabled={whyNot !== null}
        title={whyNot ?? undefined}
        loading={scan.isPending}
        onClick={() => scan.mutate()}
      >
        Scan again
      </Button>
      <Button
        variant="default"
        disabled={whyNot !== null}
        title={whyNot ?? undefined}
        onClick={() => plan({ kind: 'plan', title: 'Bring files back', wish: { kind: 'sync' } })}
      >
        Check for drift
      </Button>
    </>
  )
}

function Counts({ status }: { status: Shape<'NetworkStatus'> }) {
  const conflicts = useQuery(conflictsQuery)
  const addresses = useQuery(addressesQuery)
  const drift = useQuery(driftQuery)
  const errors = conflicts.data?.filter(({ severity }) => severity === 'error').length ?? 0
  const pending = (addresses.data?.proposals.length ?? 0) + (addresses.data?.open.length ?? 0)
  return (
    <nav aria-label="Counts" className={styles.counts}>
      <Count label="services" number={status.services.total} href="/services" />
      <Count label="down" number={status.health.down} href="/health?q=is%3Adown" tone="bad" />
      <Count label={errors === 1 ? 'conflict' : 'conflicts'} number={errors} href="/conflicts" tone="bad" />
      <DriftCount number={drift.data?.length ?? 0} />
      <Count label="pending" number={pending} href="/ip" tone="warn" />
    </nav>
  )
}

/** It leads to the diff that brings files back to what was decided. */
function DriftCount({ number }: { number: number }) {
  const plan = usePlan()
  return (
    <button
      type="button"
      className={styles.count}
      data-tone={number > 0 ? 'warn' : undefined}
      onClick={() => plan({ kind: 'plan', title: 'Bring files back', wish: { kind: 'sync' } })}
    >
      <CountText label="drift" number={number} isAlarming={number > 0} />
    </button>
  )
}

interface CountProps {
  label: string
  number: number
  href: string
  tone?: 'bad' | 'warn'
}

function Count({ label, number, href, tone }: CountProps) {
  const isAlarming = tone !== undefined && number > 0
  return (
    <Link href={href} className={styles.count ?? ''} data-tone={isAlarming ? tone : undefined}>
      <CountText label={label} number={number} isAlarming={isAlarming} />
    </Link>
  )
}

function CountText({ label, number, isAlarming }: { label: string; number: number; isAlarming: boolean }) {
  return (
    <>
      <span className={styles.number}>{numberText(number)}</span>
      <span className={styles.label}>
        {isAlarming && <TriangleAlert size={13} aria-hidden="true" />}
        {label}
      </span>
    </>
  )
}

function Attentions({ status }: { status: Shape<'NetworkStatus'> }) {
  const conflicts = useQuery(conflictsQuery)
  const addresses = useQuery(addressesQuery)
  const drift = useQuery(driftQuery)
  const down = useQuery({ ...downQuery, enabled: status.health.down > 0 })
  const channels = useQuery(channelsQuery)
  const now = useNow()
  return (
    <Panel title="Needs attention" flush>
      <Loaded query={conflicts}>
        {(list) => {
          const found = attentionOf({
            conflicts: list,
            addresses: addresses.data,
            down: down.data ?? [],
            downCount: status.health.down,
            drift: drift.data ?? [],
            channels: channels.data?.channels ?? [],
            now,
          })
          if (found.length === 0)
            return (
              <Empty title="All clear" good icon={CircleCheck}>
                Checked <TimeAgo time={status.lastScan} />.
              </Empty>
            )
          return (
            <ul className={styles.list}>
              {found.map((attention) => (
                <li key={attention.key} className={styles.item}>
                  <TriangleAlert
                    size={16}
                    className={styles.itemIcon}
                    data-tone={attention.tone}
                    aria-label={attention.tone === 'bad' ? 'error' : 'warning'}
                  />
                  <div className={styles.itemBody}>
                    <p className={styles.itemTitle}>{attention.title}</p>
                    <p className={styles.itemText}>{attention.text}</p>
                  </div>
                  <AttentionAction attention={attention} />
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}

function AttentionAction({ attention: { title, action } }: { attention: Attention }) {
  const plan = usePlan()
  const whyNot = useWhyNot()
  if ('href' in action)
    return (
      <Button component={Link} href={action.href} variant="default" size="compact-xs">
        Look
      </Button>
    )
  return (
    <Button
      variant="default"
      size="compact-xs"
      disabled={whyNot !== null}
      title={whyNot ?? undefined}
      onClick={() => plan({ kind: 'plan', title, wish: action.wish })}
    >
      Bring back
    </Button>
  )
}

function Machine({ status }: { status: Shape<'NetworkStatus'> }) {
  return (
    <Panel title="This machine">
      <dl className={styles.facts}>
        <dt>{status.hosts.length === 1 ? 'Host' : 'Hosts'}</dt>
        <dd>{status.hosts.map(plain).join(', ') || '–'}</dd>
        {status.externalIPs.map((address) => (
          <AddressFact key={`${address.address}${address.source}`} address={address} />
        ))}
        <dt>Last change of files</dt>
        <dd>
          <TimeAgo time={status.lastTransaction} />
        </dd>
      </dl>
    </Panel>
  )
}

function AddressFact({ address }: { address: Shape<'ExternalIP'> }) {
  return (
    <>
      <dt>Address</dt>
      <dd>
        {plain(address.address)} <span className="pm-muted">by {plain(address.source)}</span>
      </dd>
    </>
  )
}

function Pools() {
  const pools = useQuery(poolsQuery)
  return (
    <Panel title="Free ports" actions={<Link href="/ports">All ports</Link>}>
      <Loaded query={pools}>
        {(list) =>
          list.map((pool) => (
            <div key={pool.type} className={styles.pool}>
              <span>{plain(pool.type)}</span>
              <span className={styles.track} aria-hidden="true">
                <span
                  className={styles.fill}
                  style={{ display: 'block', width: `${(100 * pool.inUse) / Math.max(1, pool.size)}%` }}
                />
              </span>
              <span className={`${styles.poolFree} pm-number pm-muted`}>{numberText(pool.free)} free</span>
            </div>
          ))
        }
      </Loaded>
    </Panel>
  )
}
