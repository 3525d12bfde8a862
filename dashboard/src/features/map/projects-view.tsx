import { Button } from '@mantine/core'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { count, plain } from '@/shared/lib/format'
import { later } from '@/shared/ui/later'
import { Skeletons } from '@/shared/ui/states'
import { GroupDetails } from './group-details'
import { type Landscape, worstOf } from './landscape'
import styles from './map.module.css'
import type { Card, Line } from './map-canvas'
import { MapList } from './map-list'
import { useForcePlaces } from './use-force-places'

const MapCanvas = later(() => import('./map-canvas'), <Skeletons />)
// While the graph is asked for, not after it.
MapCanvas.load()

interface ProjectsViewProps {
  landscape: Landscape
  /** Id of the group that is looked at; '' none. */
  selected: string
  view: string
  onPickGroup: (id: string) => void
  onPickService: (id: number) => void
  onHide: (name: string) => void
}

export function ProjectsView(props: ProjectsViewProps) {
  const { landscape, selected, view, onPickGroup, onPickService, onHide } = props
  const group = landscape.groups.find((one) => one.id === selected)
  return (
    <div className={group === undefined ? styles.plane : `${styles.plane} ${styles.withDetails}`}>
      {view === 'list' ? (
        <MapList landscape={landscape} selected={selected} onPick={onPickGroup} />
      ) : (
        <ProjectsCanvas landscape={landscape} selected={selected} onPick={onPickGroup} />
      )}
      {group !== undefined && (
        <GroupDetails
          group={group}
          landscape={landscape}
          onPickGroup={onPickGroup}
          onPickService={onPickService}
          onHide={onHide}
          onClose={() => onPickGroup(group.id)}
        />
      )}
    </div>
  )
}

function ProjectsCanvas({
  landscape,
  selected,
  onPick,
}: {
  landscape: Landscape
  selected: string
  onPick: (id: string) => void
}) {
  const { places, arranged, arrange } = useForcePlaces(landscape)
  const pick = useStable(onPick)
  const cards = useMemo<Card[]>(
    () =>
      landscape.groups.flatMap((group) => {
        const place = places?.[group.id]
        if (place === undefined) return []
        return {
          id: group.id,
          place,
          title: plain(group.name),
          subtitle: count(group.services.length, 'service'),
          state: worstOf(group),
          isSelected: group.id === selected,
        }
      }),
    [landscape, places, selected],
  )
  const lines = useMemo<Line[]>(
    () =>
      landscape.links.map((link) => ({
        id: link.id,
        from: link.from,
        to: link.to,
        count: link.references.length,
        isStrong: link.from === selected || link.to === selected,
      })),
    [landscape, selected],
  )
  if (places === null) return <Skeletons />
  return (
    <div className={styles.canvas}>
      <MapCanvas
        key={arranged}
        cards={cards}
        lines={lines}
        label="Projects, and who points at whom"
        onPick={pick}
      />
      <Button variant="default" className={styles.arrange ?? ''} onClick={arrange}>
        Arrange
      </Button>
    </div>
  )
}

/* Cards keep the function that they were given; what it does is always today's. */
function useStable(onPick: (id: string) => void) {
  const current = useRef(onPick)
  useEffect(() => {
    current.current = onPick
  }, [onPick])
  return useCallback((id: string) => current.current(id), [])
}
