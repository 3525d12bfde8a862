import { Alert, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { addressesQuery } from '@/shared/api/queries'
import { count, plain } from '@/shared/lib/format'
import { FilesWritten } from '@/shared/plan/file-progress'
import { usePlan } from '@/shared/plan/plan-provider'
import { SourceRef } from '@/shared/ui/source-ref'
import { Empty } from '@/shared/ui/states'
import styles from './ip.module.css'

interface VerifyStepProps {
  change: Shape<'Change'>
  plan: Shape<'Plan'> | undefined
  files: string[]
  oldAddress: string
}

function placesOf(addresses: Shape<'KnownAddress'>[], address: string): number {
  return addresses.find((known) => known.address === address)?.places ?? 0
}

/** What the registry sees afterwards; and the way back, with its diff. */
export function VerifyStep({ change, plan, files, oldAddress }: VerifyStepProps) {
  const askPlan = usePlan()
  const whyNot = useWhyNot()
  const { transaction, notes } = change
  // Asked for anew: what is known of before the change would say that nothing had come of it.
  const addresses = useQuery({
    queryKey: [...addressesQuery.queryKey, 'after', transaction?.id],
    queryFn: ({ signal }) => answered(api.GET('/api/ip', { signal })),
  })
  const left = addresses.data && placesOf(addresses.data.addresses, oldAddress)
  return (
    <>
      <Empty title={transaction === null ? 'Nothing had to be written' : 'Written and read back'} good>
        {transaction !== null &&
          `${count(transaction.edits, 'edit')} in ${count(transaction.files, 'file')}, as transaction ${transaction.id}. `}
        {left === 0 && `${plain(oldAddress)} stands in no file any more.`}
        {left !== undefined && left > 0 && `${plain(oldAddress)} still stands in ${count(left, 'place')}.`}
      </Empty>
      {transaction !== null && <FilesWritten files={files} />}
      {notes.length > 0 && (
        <Alert color="yellow" title="What to look at" variant="light">
          <ul>
            {notes.map((note) => (
              <li key={`${note.path}${note.reason}`}>
                <SourceRef file={note.path} /> {plain(note.reason)}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {plan !== undefined && plan.leftOut.length > 0 && left !== 0 && (
        <ul className={styles.files} aria-label="Left as they are">
          {plan.leftOut.map((place) => (
            <li key={`${place.root}/${place.file}:${place.start}`}>
              <SourceRef file={place.file} line={place.line} />{' '}
              <span className="pm-muted">{plain(place.reason)}</span>
            </li>
          ))}
        </ul>
      )}
      {transaction !== null && (
        <div className={styles.foot}>
          <span className="pm-muted">{whyNot ?? 'Rolling back shows its diff first.'}</span>
          <Button
            variant="default"
            disabled={whyNot !== null}
            onClick={() =>
              askPlan({
                kind: 'undo',
                title: `Roll back transaction ${transaction.id}`,
                transaction: transaction.id,
                what: `${oldAddress} everywhere`,
              })
            }
          >
            Roll back…
          </Button>
        </div>
      )}
    </>
  )
}
