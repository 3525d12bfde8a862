import { Button, CloseButton, SegmentedControl, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { Download, Search } from 'lucide-react'
import { useMemo } from 'react'
import { asProblem } from '@/shared/api/problem'
import { analyticsQuery, transactionsQuery } from '@/shared/api/queries'
import { useUrlState } from '@/shared/lib/url-state'
import { Page, Panel } from '@/shared/ui/page'
import { Loaded } from '@/shared/ui/states'
import { ChangeList } from './change-list'
import { isFound, isWithin, parseSpan, spanText } from './changes'
import { ContestedPorts } from './contested-ports'
import { saveText } from './csv'
import styles from './history.module.css'
import { PoolTrends } from './pool-trends'
import { changesQuery, historyFile } from './queries'
import { TransactionList } from './transaction-list'

const RANGES = [
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '365d', label: 'Year' },
]

export default function HistoryPage() {
  const [range, setRange] = useUrlState('range', '30d')
  const [text, setText] = useUrlState('q')
  const [zoom, setZoom] = useUrlState('zoom')
  const [at, setAt] = useUrlState('at')
  const since = RANGES.some((one) => one.value === range) ? range : '30d'
  const span = useMemo(() => parseSpan(zoom), [zoom])

  const analytics = useQuery(analyticsQuery(since))
  const transactions = useQuery(transactionsQuery)
  const from = span === null ? since : new Date(span.from).toISOString()
  const until = span === null ? null : new Date(span.to).toISOString()
  const changes = useInfiniteQuery(changesQuery(from, until))
  const save = useMutation({
    mutationFn: () => historyFile(from, until, text),
    onSuccess: (file) => saveText('port-manager-history.csv', file as string, 'text/csv;charset=utf-8'),
    onError: (error) => notifications.show({ color: 'red', message: asProblem(error).message }),
  })
  const entries = useMemo(
    () => (changes.data?.pages ?? []).flatMap((page) => page.history).filter((entry) => isFound(entry, text)),
    [changes.data, text],
  )

  return (
    <Page
      title="History"
      actions={
        <>
          {span !== null && (
            <Button variant="default" onClick={() => setZoom('')}>
              Show the whole range
            </Button>
          )}
          <SegmentedControl
            aria-label="Range"
            value={since}
            onChange={(next) => {
              setZoom('')
              setRange(next)
            }}
            data={RANGES}
          />
        </>
      }
    >
      <div className={styles.columns}>
        <Panel title="Ports in use">
          <Loaded query={analytics}>
            {(data) => (
              <PoolTrends
                analytics={data}
                span={span}
                onSpan={(next) => setZoom(next === null ? '' : spanText(next))}
                onTime={(time) => setAt(new Date(time).toISOString())}
              />
            )}
          </Loaded>
        </Panel>
        <Panel title="Changes of files" note="newest first" flush>
          <Loaded query={transactions}>
            {(list) => <TransactionList transactions={list.filter((one) => isWithin(one.started, span))} />}
          </Loaded>
        </Panel>
      </div>
      <div className={styles.gap}>
        <Panel
          title="Who had what"
          flush
          actions={
            <>
              <TextInput
                aria-label="Find a port, a project or a service"
                placeholder="Port, project or service"
                data-filter=""
                leftSection={<Search size={14} aria-hidden="true" />}
                rightSection={
                  text === '' ? null : (
                    <CloseButton size="sm" onClick={() => setText('')} aria-label="Clear" />
                  )
                }
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
              />
              <Button
                variant="default"
                leftSection={<Download size={14} aria-hidden="true" />}
                disabled={entries.length === 0}
                loading={save.isPending}
                onClick={() => save.mutate()}
              >
                CSV
              </Button>
            </>
          }
        >
          <Loaded query={changes}>
            {() => (
              <ChangeList
                entries={entries}
                at={at}
                isFiltered={text !== '' || span !== null}
                onClear={() => {
                  setText('')
                  setZoom('')
                }}
                hasMore={changes.hasNextPage}
                isLoadingMore={changes.isFetchingNextPage}
                onMore={() => void changes.fetchNextPage()}
              />
            )}
          </Loaded>
        </Panel>
      </div>
      <Loaded query={analytics} skeleton={null}>
        {(data) =>
          data.contested.length > 0 && <ContestedPorts contested={data.contested} moves={data.moves} />
        }
      </Loaded>
    </Page>
  )
}
