import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { answered, api } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem } from '@/shared/api/problem'
import { networkQuery, servicesQuery } from '@/shared/api/queries'
import type { ServiceRow } from '@/shared/api/service-row'
import { settingField, settingsBelow } from '@/shared/config/config'
import { EditButton, useConfig } from '@/shared/config/editing'
import { plain, portText } from '@/shared/lib/format'
import { ofProject } from '@/shared/lib/service-text'
import { Loaded } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { SettingList } from './config-sections'
import { Section } from './section'
import styles from './settings.module.css'

export function PinSection() {
  const services = useQuery(servicesQuery)
  return (
    <Section title="Pins" words="pinned ports may not be moved">
      <Loaded query={services}>
        {(list) => {
          const pinned = list.filter((service) => service.pinned !== '')
          if (pinned.length === 0)
            return (
              <p className={`${styles.block} pm-muted`}>
                No port is pinned. A service is pinned where it is edited, in Services; or many at once,
                below, by a filter.
              </p>
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

function PinRow({ service }: { service: ServiceRow }) {
  const whyNot = useWhyNot()
  const unpin = useMutation({
    mutationFn: () =>
      answered(api.PUT('/api/services/{id}', { params: { path: { id: service.id } }, body: { pinned: '' } })),
  })
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <strong>{plain(service.serviceName)}</strong>
        {ofProject(service)} <span className={styles.quiet}>{plain(service.pinned)}</span>
      </span>
      <span className="pm-number">{portText(service.externalPort || service.internalPort)}</span>
      {unpin.isError && <Status state="failed" label={plain(asProblem(unpin.error).message)} />}
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

/** Who tells this machine's addresses, what it was told, and what a new one may do. */
export function SourceSection() {
  const network = useQuery(networkQuery)
  const config = useConfig()
  const settings = config === undefined ? [] : settingsBelow(config, ['ip.'])
  return (
    <Section
      title="External address"
      words={`IP sources addresses policy metadata gcp aws azure ${settings.map(({ key, meaning }) => `${key} ${meaning}`).join(' ')}`}
      actions={
        <EditButton
          of="the external address"
          request={() =>
            config === undefined
              ? undefined
              : {
                  title: 'External address',
                  fields: settings.filter(({ byHand }) => !byHand).map(settingField),
                }
          }
        >
          Edit
        </EditButton>
      }
    >
      <Loaded query={network}>
        {({ externalIPs }) =>
          externalIPs.length === 0 ? (
            <p className={`${styles.block} pm-muted`}>
              No address is known: ip.sources says who is asked for it.
            </p>
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
      <SettingList settings={settings} />
    </Section>
  )
}
