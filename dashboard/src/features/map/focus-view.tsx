import { useCallback, useMemo } from 'react'
import type { Shape } from '@/shared/api/client'
import { plain, portText } from '@/shared/lib/format'
import { projectText } from '@/shared/lib/project-text'
import { later } from '@/shared/ui/later'
import { Skeletons } from '@/shared/ui/states'
import { Status } from '@/shared/ui/status'
import { type Depth, type MapService, type Surroundings, surroundingsOf } from './landscape'
import { layers } from './layered-layout'
import styles from './map.module.css'
import type { Card, Line } from './map-canvas'
import { ServiceDetails } from './service-details'

const MapCanvas = later(() => import('./map-canvas'), <Skeletons />)

interface FocusViewProps {
  graph: Shape<'NetworkGraph'>
  service: MapService
  depth: Depth
  view: string
  onPick: (id: number) => void
  onClose: () => void
}

/** One service: who points at it on the left, what it points at on the right. */
export function FocusView({ graph, service, depth, view, onPick, onClose }: FocusViewProps) {
  const surroundings = useMemo(() => surroundingsOf(graph, service.id, depth), [graph, service.id, depth])
  const cards = useMemo(() => cardsOf(surroundings, service.id), [surroundings, service.id])
  const lines = useMemo(() => linesOf(surroundings, service.id), [surroundings, service.id])
  const pick = useCallback((id: string) => onPick(Number(id)), [onPick])
  return (
    <div className={`${styles.plane} ${styles.withDetails}`}>
      {view === 'list' ? (
        <SurroundingsList surroundings={surroundings} onPick={onPick} />
      ) : (
        <div className={styles.canvas}>
          <MapCanvas
            key={`${service.id}/${depth}`}
            cards={cards}
            lines={lines}
            label={`What is around ${plain(service.serviceName)}`}
            onPick={pick}
          />
        </div>
      )}
      <ServiceDetails service={service} surroundings={surroundings} onPick={onPick} onClose={onClose} />
    </div>
  )
}

function cardsOf(surroundings: Surroundings, focus: number): Card[] {
  const places = layers(surroundings)
  return surroundings.services.map(({ service }) => ({
    id: String(service.id),
    place: places.get(service.id) ?? { x: 0, y: 0 },
    title: plain(service.serviceName),
    subtitle: `${projectText(service)} · ${portText(service.externalPort || service.internalPort)}`,
    state: service.status === 'inactive' ? '' : service.status,
    isSelected: service.id === focus,
  }))
}

function linesOf(surroundings: Surroundings, focus: number): Line[] {
  const self = String(focus)
  return surroundings.links.map((link) => ({
    id: link.id,
    from: link.from,
    to: link.to,
    count: link.references.length,
    isStrong: link.from === self || link.to === self,
  }))
}

const SIDES = { '-1': 'points at it', '0': 'looked at', '1': 'it points at' }

function SurroundingsList({
  surroundings,
  onPick,
}: {
  surroundings: Surroundings
  onPick: (id: number) => void
}) {
  const ordered = [...surroundings.services].sort((a, b) => a.level - b.level)
  return (
    <div className={styles.listFrame}>
      <table className={styles.list}>
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Project</th>
            <th scope="col">Port</th>
            <th scope="col">Side</th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {ordered.map(({ service, level }) => (
            <tr key={service.id} data-selected={level === 0}>
              <th scope="row">
                <button type="button" className={styles.name} onClick={() => onPick(service.id)}>
                  {plain(service.serviceName)}
                </button>
              </th>
              <td data-label="Project">{projectText(service)}</td>
              <td data-label="Port" className="pm-number">
                {portText(service.externalPort || service.internalPort)}
              </td>
              <td data-label="Side">
                {SIDES[String(Math.sign(level)) as keyof typeof SIDES]}
                {Math.abs(level) > 1 && `, ${Math.abs(level)} steps away`}
              </td>
              <td data-label="Status">
                <Status state={service.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
