import { Button, TextInput } from '@mantine/core'
import { ArrowRight } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import type { Shape } from '@/shared/api/client'
import styles from './ip.module.css'
import { isAddress } from './review'

interface FindFormProps {
  known: Shape<'IpAddresses'>
  oldAddress: string
  newAddress: string
  onFind: (oldAddress: string, newAddress: string) => void
}

/** Which address is to go, and which takes its place. */
export function FindForm({ known, oldAddress, newAddress, onFind }: FindFormProps) {
  const [from, setFrom] = useState(oldAddress || (known.usual ?? ''))
  const [to, setTo] = useState(newAddress || proposedAddress(known))
  useEffect(() => {
    if (oldAddress !== '') setFrom(oldAddress)
  }, [oldAddress])
  const places = known.addresses.find(({ address }) => address === from)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onFind(from, to)
  }
  const wrong = (text: string) => (text === '' || isAddress(text) ? undefined : 'Not an IPv4 or IPv6 address')
  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.pair}>
        <TextInput
          label="Old address"
          placeholder="203.0.113.10"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value.trim())}
          error={wrong(from)}
        />
        <ArrowRight size={18} aria-hidden="true" className={styles.arrow} />
        <TextInput
          label="New address"
          placeholder="198.51.100.23"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value.trim())}
          error={to !== '' && to === from ? 'That is the old one' : wrong(to)}
        />
      </div>
      <p className="pm-muted">
        {places === undefined
          ? 'Every file is searched for it, in whatever spelling. Nothing is written before you have seen the diff.'
          : `It is written in ${places.places} places of ${places.projects} projects. Nothing is written before you have seen the diff.`}
      </p>
      <div>
        <Button type="submit" disabled={!isAddress(from) || !isAddress(to) || from === to}>
          Find every place
        </Button>
      </div>
    </form>
  )
}

/** What a source says this machine's address is now, where files say another. */
function proposedAddress(known: Shape<'IpAddresses'>): string {
  const current = known.machine.find(({ address, state }) => state === 'current' && address !== known.usual)
  return current?.address ?? ''
}
