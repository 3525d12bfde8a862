import { Button, Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowRightLeft, Pencil } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import type { Shape } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { findingsQuery, graphQuery, serviceQuery } from '@/shared/api/queries'
import { plain, portText } from '@/shared/lib/format'
import { projectText } from '@/shared/lib/project-text'
import { serviceText } from '@/shared/lib/service-text'
import { SourceRef } from '@/shared/ui/source-ref'
import { Loaded, Missing } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { TimeAgo } from '@/shared/ui/time-ago'
import { MoveDialog } from './move-dialog'
import styles from './service-detail.module.css'
import { ServiceEdit } from './service-edit'

/** Everything that is known about one service, and every file and line that says so. */
export default function ServiceDetail({ id, onClose }: { id: string; onClose: () => void }) {
  const isId = /^\d+$/.test(id)
  const service = useQuery({ ...serviceQuery(Number(id)), enabled: isId })
  const missing = <Missing what={`service ${plain(id)}`} back="All services" onBack={onClose} />
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(600px, 100vw)"
      title={plain(service.data?.data.serviceName ?? 'Service')}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {isId ? (
        <Loaded query={service} missing={missing}>
          {({ data, tag }) => <Detail key={id} service={data} tag={tag} />}
        </Loaded>
      ) : (
        missing
      )}
    </Drawer>
  )
}

function Detail({ service, tag }: { service: Shape<'Service'>; tag: string | null }) {
  const [mode, setMode] = useState<'look' | 'edit' | 'move'>('look')
  const whyNot = useWhyNot()
  return (
    <div className={styles.body}>
      <div className={styles.top}>
        <Status state={service.status} chip />
        <span>{projectText(service)}</span>
        <span>
          changed <TimeAgo time={service.lastUpdated} />
        </span>
      </div>
      {mode === 'edit' ? (
        <ServiceEdit service={service} tag={tag} onClose={() => setMode('look')} />
      ) : (
        <div className={styles.actions}>
          <Button
            leftSection={<ArrowRightLeft size={14} />}
            onClick={() => setMode('move')}
            disabled={whyNot !== null}
            title={whyNot ?? undefined}
          >
            Move to…
          </Button>
          <Button
            variant="default"
            leftSection={<Pencil size={14} />}
            onClick={() => setMode('edit')}
            disabled={whyNot !== null}
            title={whyNot ?? undefined}
          >
            Edit
          </Button>
        </div>
      )}
      <Facts service={service} />
      <Listening service={service} />
      <Files service={service} />
      <Findings service={service} />
      <Edges service={service} />
      {mode === 'move' && <MoveDialog service={service} onClose={() => setMode('look')} />}
    </div>
  )
}

function Facts({ service }: { service: Shape<'Service'> }) {
  const facts: [name: string, value: string][] = [
    ['Port', portText(service.externalPort)],
    ['Internal port', portText(service.internalPort)],
    ['Protocol', service.protocol],
    ['Address', plain(service.externalIP) || '–'],
    ['Binds', plain(service.bind) || 'all addresses'],
    ['Type', plain(service.type) || '–'],
    ['Scope', service.scope],
    ['Variant', plain(service.variant) || 'base'],
    ['Host', plain(service.host)],
  ]
  if (service.tags.length > 0) facts.push(['Tags', service.tags.map(plain).join(', ')])
  if (service.pinned !== '') facts.push(['Pinned', plain(service.pinned)])
  if (service.profiles.length > 0) facts.push(['Profiles', service.profiles.map(plain).join(', ')])
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  )
}

function Listening({ service }: { service: Shape<'Service'> }) {
  const listener = service.listener
  if (listener === null || listener === undefined) return null
  return (
    <Part title="Listening now">
      <p className={styles.why}>
        <span>
          {plain(listener.address)}:{listener.port}
        </span>
        {listener.pid !== null && <span>pid {listener.pid}</span>}
        {listener.command !== null && <code className="pm-mono">{plain(listener.command)}</code>}
      </p>
    </Part>
  )
}

function Files({ service }: { service: Shape<'Service'> }) {
  return (
    <Part title="Where it is written">
      <ul className={styles.list}>
        {service.configFiles.map((file) => (
          <li key={`${file.path}:${file.line}:${file.role}`}>
            <SourceRef file={file.path} line={file.line} />
            <div className={styles.why}>
              <span>{file.role}</span>
              <span>{plain(file.format)}</span>
              {file.variant !== '' && <span>{plain(file.variant)}</span>}
              {service.origin === `${file.path}:${file.line}` && <span>decides the port</span>}
            </div>
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Findings({ service }: { service: Shape<'Service'> }) {
  const findings = useQuery(findingsQuery(service.projectId))
  const names = [service.observedName ?? service.serviceName, service.serviceName]
  const ports = [service.externalPort, service.internalPort]
  const mine = (findings.data ?? []).filter(
    (finding) =>
      names.includes(finding.service) && (finding.kind === 'ip' || ports.includes(Number(finding.value))),
  )
  if (mine.length === 0) return null
  return (
    <Part title="Why: what was seen, and by which rule">
      <ul className={styles.list}>
        {mine.map((finding) => (
          <li key={`${finding.file}:${finding.start}`}>
            <SourceRef file={finding.file} line={finding.line} />{' '}
            <strong className="pm-number">{plain(String(finding.value))}</strong>
            <div className={styles.why}>
              <span>{finding.role}</span>
              <code className="pm-mono">{plain(finding.path)}</code>
              <span>rule {plain(finding.rule)}</span>
              <span className="pm-number">{Math.round(finding.confidence * 100)} % sure</span>
            </div>
          </li>
        ))}
      </ul>
    </Part>
  )
}

function Edges({ service }: { service: Shape<'Service'> }) {
  const graph = useQuery(graphQuery)
  if (graph.data === undefined) return null
  const nodes = new Map(graph.data.nodes.map((node) => [node.id, node]))
  const nameOf = (id: number | null) => {
    const node = id === null ? undefined : nodes.get(id)
    return node === undefined ? 'somebody else' : serviceText(node)
  }
  const directions = [
    {
      title: 'Who points at it',
      edges: graph.data.edges.filter(({ to }) => to === service.id),
      end: 'from' as const,
    },
    {
      title: 'What it points at',
      edges: graph.data.edges.filter(({ from }) => from === service.id),
      end: 'to' as const,
    },
  ]
  return directions.map(
    ({ title, edges, end }) =>
      edges.length > 0 && (
        <Part key={title} title={title}>
          <ul className={styles.list}>
            {edges.map((edge) => (
              <li key={`${edge.file}:${edge.line}:${edge.endpoint}`}>
                {edge[end] === null ? (
                  plain(edge.endpoint)
                ) : (
                  <Link href={`/services?id=${edge[end]}`}>{nameOf(edge[end])}</Link>
                )}
                <div className={styles.why}>
                  <SourceRef file={edge.file} line={edge.line} />
                </div>
              </li>
            ))}
          </ul>
        </Part>
      ),
  )
}
