import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { networkQuery, poolsQuery, servicesQuery } from '@/shared/api/queries'
import { count, numberText, plain, portText } from '@/shared/lib/format'
import { Empty, Loaded } from '@/shared/ui/states'
import { Section } from './section'
import styles from './settings.module.css'

export function RootSection() {
  const services = useQuery(servicesQuery)
  return (
    <Section title="Roots" words="folders projects scan" note="port-manager scan FOLDER adds one">
      <Loaded query={services}>
        {(list) => {
          const roots = Map.groupBy(list, ({ root }) => root)
          if (roots.size === 0) return <Empty title="No projects have been read yet" />
          return (
            <ul className={styles.list}>
              {[...roots].map(([root, members]) => (
                <li key={root} className={styles.row}>
                  <code className={`${styles.name} pm-mono`}>{plain(root)}</code>
                  <span className={styles.quiet}>
                    {count(new Set(members.map(({ projectId }) => projectId)).size, 'project')} ·{' '}
                    {count(members.length, 'service')}
                  </span>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Section>
  )
}

export function PoolSection() {
  const pools = useQuery(poolsQuery)
  return (
    <Section
      title="Pools"
      words="ports ranges types"
      note="ranges by type of service: [pools] in config.toml"
    >
      <Loaded query={pools}>
        {(list) => (
          <ul className={styles.list}>
            {list.map((pool) => (
              <li key={pool.type} className={styles.row}>
                <strong className={styles.name}>{plain(pool.type)}</strong>
                <span className="pm-number">{pool.ranges.join(', ')}</span>
                <span className={`${styles.quiet} pm-number`}>
                  {numberText(pool.free)} free of {numberText(pool.size)}
                  {pool.configured ? '' : ' · default'}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  )
}

export function PinSection() {
  const services = useQuery(servicesQuery)
  return (
    <Section title="Pins" words="pinned ports may not be moved">
      <Loaded query={services}>
        {(list) => {
          const pinned = list.filter((service) => service.pinned !== '')
          if (pinned.length === 0)
            return (
              <Empty title="No port is pinned">A service is pinned where it is edited, in Services.</Empty>
            )
          return (
            <ul className={styles.list}>
              {pinned.map((service) => (
                <PinRow key={service.id} service={service} />
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Section>
  )
}

function PinRow({ service }: { service: Shape<'Service'> }) {
  const whyNot = useWhyNot()
  const unpin = useMutation({
    mutationFn: () =>
      answered(api.PUT('/api/services/{id}', { params: { path: { id: service.id } }, body: { pinned: '' } })),
  })
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <strong>{plain(service.serviceName)}</strong> of {plain(service.projectId)}{' '}
        <span className={styles.quiet}>{plain(service.pinned)}</span>
      </span>
      <span className="pm-number">{portText(service.externalPort || service.internalPort)}</span>
      <Button
        size="compact-xs"
        variant="default"
        disabled={whyNot !== null}
        title={whyNot ?? undefined}
        loading={unpin.isPending}
        onClick={() => unpin.mutate()}
      >
        Unpin
        <span className="pm-hidden"> {plain(service.serviceName)}</span>
      </Button>
    </li>
  )
}

export function SourceSection() {
  const network = useQuery(networkQuery)
  return (
    <Section
      title="IP sources"
      words="addresses external metadata gcp aws azure"
      note="ip.sources in config.toml"
    >
      <Loaded query={network}>
        {({ externalIPs }) =>
          externalIPs.length === 0 ? (
            <Empty title="No address is known" />
          ) : (
            <ul className={styles.list}>
              {externalIPs.map((address) => (
                <li key={`${address.source} ${address.address}`} className={styles.row}>
                  <span className={`${styles.name} pm-number`}>{plain(address.address)}</span>
                  <span>{plain(address.source)}</span>
                  <span className={styles.quiet}>{plain(address.state)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  )
}
