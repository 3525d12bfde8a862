import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem } from '@/shared/api/problem'
import { channelsQuery } from '@/shared/api/queries'
import { settingField, settingsBelow } from '@/shared/config/config'
import { EditButton, useConfig } from '@/shared/config/editing'
import { plain } from '@/shared/lib/format'
import { Loaded } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { SettingList } from './config-sections'
import { Section } from './section'
import styles from './settings.module.css'

type Channel = Shape<'NotifyChannel'>

/** Who is told, and whether that works: a test message says it. */
export function ChannelSection() {
  const notify = useQuery(channelsQuery)
  const config = useConfig()
  const general =
    config === undefined
      ? []
      : settingsBelow(config, ['notify.']).filter(({ key }) => !key.slice('notify.'.length).includes('.'))
  return (
    <Section
      title="Notifications"
      words={`channels mail slack webhook test ${general.map(({ key, meaning }) => `${key} ${meaning}`).join(' ')}`}
      actions={
        <EditButton
          of="when people are told"
          request={() =>
            config === undefined
              ? undefined
              : {
                  title: 'When people are told',
                  fields: general.filter(({ byHand }) => !byHand).map(settingField),
                }
          }
        >
          Edit
        </EditButton>
      }
    >
      <Loaded query={notify}>
        {({ channels }) => (
          <ul className={styles.list}>
            {channels.map((channel) => (
              <ChannelRow key={channel.channel} channel={channel} />
            ))}
          </ul>
        )}
      </Loaded>
      <SettingList settings={general} />
    </Section>
  )
}

function ChannelRow({ channel }: { channel: Channel }) {
  const whyNot = useWhyNot()
  const config = useConfig()
  const test = useMutation({
    mutationFn: () => answered(api.POST('/api/notify/test', { body: { channel: channel.channel } })),
  })
  const result = test.data !== undefined && 'results' in test.data ? test.data.results[0] : undefined
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <strong>{channel.channel}</strong> {plain(channel.target ?? '')}{' '}
        <span className={styles.quiet}>
          {channel.configured ? `from ${channel.severity} on` : 'not set up'}
        </span>
        {channel.cause !== '' && (
          <span className={styles.cause}>
            <Status state="failed" label="does not get through" /> {plain(channel.cause)}
          </span>
        )}
      </span>
      {channel.configured && (
        <span className={`${styles.quiet} pm-number`}>
          {channel.sent} sent · {channel.queued} waiting · {channel.failed} failed
        </span>
      )}
      {result !== undefined && (
        <Status
          state={result.state === 'sent' ? 'done' : 'failed'}
          label={result.cause === null ? 'sent' : plain(result.cause)}
        />
      )}
      {test.isError && <Status state="failed" label={plain(asProblem(test.error).message)} />}
      {channel.configured && (
        <Button
          size="compact-xs"
          variant="default"
          loading={test.isPending}
          disabled={whyNot !== null}
          title={whyNot ?? undefined}
          onClick={() => test.mutate()}
        >
          Send a test
        </Button>
      )}
      <EditButton
        of={channel.channel}
        request={() =>
          config === undefined
            ? undefined
            : {
                title: `Notifications by ${channel.channel}`,
                fields: settingsBelow(config, [`notify.${channel.channel}.`])
                  .filter(({ byHand }) => !byHand)
                  .map(settingField),
              }
        }
      >
        {channel.configured ? 'Edit' : 'Set up'}
      </EditButton>
    </li>
  )
}
