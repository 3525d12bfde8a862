import { Button } from '@mantine/core'
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem } from '@/shared/api/problem'
import { plain } from '@/shared/lib/format'
import { Empty, Loaded } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { Section } from './section'
import styles from './settings.module.css'

type Channel = Shape<'NotifyChannel'>

const notifyQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => answered(api.GET('/api/notify', { signal })),
})

/** Who is told, and whether that works: a test message says it. */
export function ChannelSection() {
  const notify = useQuery(notifyQuery)
  return (
    <Section title="Notifications" words="channels mail slack webhook test">
      <Loaded query={notify}>
        {({ channels }) => {
          const configured = channels.filter((channel) => channel.configured)
          return configured.length === 0 ? (
            <Empty title="Nobody is told yet">
              Configure notify.mail, notify.slack or notify.webhook in config.toml.
            </Empty>
          ) : (
            <ul className={styles.list}>
              {configured.map((channel) => (
                <ChannelRow key={channel.channel} channel={channel} />
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Section>
  )
}

function ChannelRow({ channel }: { channel: Channel }) {
  const whyNot = useWhyNot()
  const test = useMutation({
    mutationFn: () => answered(api.POST('/api/notify/test', { body: { channel: channel.channel } })),
  })
  const result = test.data !== undefined && 'results' in test.data ? test.data.results[0] : undefined
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <strong>{channel.channel}</strong> {plain(channel.target ?? '')}{' '}
        <span className={styles.quiet}>from {channel.severity} on</span>
      </span>
      <span className={`${styles.quiet} pm-number`}>
        {channel.sent} sent · {channel.queued} waiting · {channel.failed} failed
      </span>
      {result !== undefined && (
        <Status
          state={result.state === 'sent' ? 'done' : 'failed'}
          label={result.cause === null ? 'sent' : plain(result.cause)}
        />
      )}
      {test.isError && <Status state="failed" label={plain(asProblem(test.error).message)} />}
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
    </li>
  )
}
