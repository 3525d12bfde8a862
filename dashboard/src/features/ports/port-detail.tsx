import { Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Shape } from '@/shared/api/client'
import { leasesQuery, portQuery } from '@/shared/api/queries'
import { plain } from '@/shared/lib/format'
import { type PortUses, wordsFor } from '@/shared/lib/port-uses'
import { ofProject } from '@/shared/lib/service-text'
import { SourceRef } from '@/shared/ui/source-ref'
import { Loaded, Missing } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import styles from './ports.module.css'
import { ReserveButton } from './reserve-button'

interface PortDetailProps {
  port: number
  uses: PortUses | undefined
  onClose: () => void
}

/** Who uses a port, and why: each service with its files and lines, each process that listens. */
export function PortDetail({ port, uses, onClose }: PortDetailProps) {
  const who = useQuery(portQuery(port))
  const leases = useQuery(leasesQuery)
  const lease = leases.data?.find((one) => one.port === port)
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(560px, 100vw)"
      title={`Port ${port}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={styles.detail}>
        {uses !== undefined && (
          <div className={styles.next}>
            <span>{wordsFor(uses.of(port))}</span>
            {uses.has(port, 'conflict') && <Link href={`/conflicts?q=${port}`}>Resolve the conflict</Link>}
            {uses.isFree(port) && <ReserveButton port={port} type="" />}
          </div>
        )}
        <Loaded query={who}>
          {(data) => (
            <>
              <Declared services={data.declared} />
              <Listening
                names={new Map(data.declared.map((one) => [one.projectId, one.projectName]))}
                listeners={data.listening}
                notShown={data.notShown}
              />
            </>
          )}
        </Loaded>
        {lease !== undefined && (
          <section>
            <h3 className={styles.heading}>Leased</h3>
            <p>
              {plain(lease.name) || 'without a name'}, {plain(lease.state)}
              {lease.expires !== null && `, until ${new Date(lease.expires).toLocaleString()}`}
            </p>
          </section>
        )}
      </div>
    </Drawer>
  )
}

/** An address that names no port. */
export function NoPort({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(560px, 100vw)"
      title="Port"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Missing what={`port ${plain(text)}`} back="All ports" onBack={onClose}>
        Ports go from 1 to 65535.
      </Missing>
    </Drawer>
  )
}

function Declared({ services }: { services: Shape<'Service'>[] }) {
  return (
    <section>
      <h3 className={styles.heading}>Declared by</h3>
      {services.length === 0 && <p className="pm-muted">No project says that it wants this port.</p>}
      <ul className={styles.holders}>
        {services.map((service) => (
          <li key={service.id}>
            <div className={styles.holder}>
              <Link href={`/services?id=${service.id}`}>{plain(service.serviceName)}</Link>
              <span className="pm-muted">{ofProject(service)}</span>
              <Status state={service.status} chip />
            </div>
            {service.pinned !== '' && <p className={styles.pinned}>Pinned: {plain(service.pinned)}</p>}
            <ul className={styles.files}>
              {service.configFiles.map((file) => (
                <li key={`${file.path}:${file.line}:${file.role}`}>
                  <SourceRef file={file.path} line={file.line} />{' '}
                  <span className="pm-muted">
                    {file.role}
                    {service.origin === `${file.path}:${file.line}` && ', decides the port'}
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ListeningProps {
  /** What projects are called that declare the port too. */
  names: Map<string, string | undefined>
  listeners: Shape<'Listener'>[]
  notShown: string | null
}

function Listening({ names, listeners, notShown }: ListeningProps) {
  return (
    <section>
      <h3 className={styles.heading}>Listening now</h3>
      {listeners.length === 0 && notShown === null && <p className="pm-muted">Nothing is bound to it.</p>}
      <ul className={styles.holders}>
        {listeners.map((socket) => (
          <li key={`${socket.transport}${socket.address}${socket.device}`}>
            <div className={styles.holder}>
              <strong>
                {socket.transport} {plain(socket.address)}
              </strong>
              {socket.pid !== null && <span className="pm-muted">pid {socket.pid}</span>}
              {socket.projectId !== null && (
                <span className="pm-muted">of {plain(names.get(socket.projectId) ?? socket.projectId)}</span>
              )}
            </div>
            {socket.command !== null && <code className="pm-mono">{plain(socket.command)}</code>}
            {socket.cwd !== null && <div className="pm-muted">in {plain(socket.cwd)}</div>}
            {socket.container !== null && <div>container {plain(socket.container.name)}</div>}
          </li>
        ))}
      </ul>
      {notShown !== null && <p className={styles.unseen}>{plain(notShown)}</p>}
    </section>
  )
}
