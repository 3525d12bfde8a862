import { Alert, Button, Select, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answered, api, type Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem, mistakeAt } from '@/shared/api/problem'
import { keys, tokensQuery } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { Loaded } from '@/shared/ui/states'
import { TimeAgo } from '@/shared/ui/time-ago'
import { Section } from './section'
import styles from './settings.module.css'

type Role = NonNullable<Shape<'TokenWish'>['role']>
const ROLES = [
  { value: 'viewer', label: 'viewer: reads' },
  { value: 'operator', label: 'operator: also changes' },
  { value: 'admin', label: 'admin: also gives tokens' },
]

/** Who may use the API; only an admin sees this. */
export function TokenSection() {
  const whyNot = useWhyNot('admin')
  return (
    <Section title="Tokens" words="access api roles viewer operator admin sign in revoke">
      {whyNot === null ? <Tokens /> : <p className={`${styles.block} pm-muted`}>{whyNot}</p>}
    </Section>
  )
}

function Tokens() {
  const tokens = useQuery(tokensQuery)
  return (
    <>
      <Loaded query={tokens}>
        {(list) => (
          <ul className={styles.list}>
            {list.map((token) => (
              <TokenRow key={token.id} token={token} />
            ))}
          </ul>
        )}
      </Loaded>
      <NewToken />
    </>
  )
}

function TokenRow({ token }: { token: Shape<'Token'> }) {
  const client = useQueryClient()
  const [isSure, setSure] = useState(false)
  const revoke = useMutation({
    mutationFn: () => answered(api.DELETE('/api/tokens/{id}', { params: { path: { id: token.name } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.tokens }),
  })
  return (
    <li className={styles.row}>
      <span className={styles.name}>
        <strong>{plain(token.name)}</strong>
      </span>
      <span>{token.role}</span>
      <span className={styles.quiet}>
        made <TimeAgo time={token.created} />
        {token.expires !== null && `, until ${new Date(token.expires).toLocaleDateString()}`}
      </span>
      <Button
        size="compact-xs"
        variant={isSure ? 'filled' : 'default'}
        color={isSure ? 'red' : 'blue'}
        loading={revoke.isPending}
        onClick={() => (isSure ? revoke.mutate() : setSure(true))}
        onBlur={() => setSure(false)}
      >
        {isSure ? 'Revoke for good' : 'Revoke'}
        <span className="pm-hidden"> {plain(token.name)}</span>
      </Button>
    </li>
  )
}

function NewToken() {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('operator')
  const create = useMutation({
    mutationFn: () => answered(api.POST('/api/tokens', { body: { name: name.trim(), role } })),
    onSuccess: () => {
      setName('')
      return client.invalidateQueries({ queryKey: keys.tokens })
    },
  })
  const problem = create.isError ? asProblem(create.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <>
      <form className={styles.form} onSubmit={submit}>
        <TextInput
          label="New token's name"
          value={name}
          maxLength={64}
          onChange={(event) => setName(event.currentTarget.value)}
          error={mistakeAt(problem, '/name') ?? (problem === null ? undefined : plain(problem.message))}
        />
        <Select
          label="Role"
          data={ROLES}
          value={role}
          allowDeselect={false}
          onChange={(value) => setRole((value ?? 'operator') as Role)}
        />
        <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
          Make a token
        </Button>
      </form>
      {create.data !== undefined && 'token' in create.data && (
        <div className={styles.block}>
          <Alert color="yellow" title="Copy it now: it is shown this once">
            <code className={styles.secret}>{create.data.token}</code>
          </Alert>
        </div>
      )}
    </>
  )
}
