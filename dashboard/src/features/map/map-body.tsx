import { useMemo } from 'react'
import type { Shape } from '@/shared/api/client'
import { useIsNarrow } from '@/shared/lib/narrow'
import { useUrlState } from '@/shared/lib/url-state'
import { Empty } from '@/shared/ui/states'
import { FocusView } from './focus-view'
import { type Depth, filtered, landscapeOf } from './landscape'
import styles from './map.module.css'
import { MapToolbar } from './map-toolbar'
import { ProjectsView } from './projects-view'

/** Everything that chooses what is seen stands in the address: a filter, a group, a service and how far around it. */
export function MapBody({ graph }: { graph: Shape<'NetworkGraph'> }) {
  const isNarrow = useIsNarrow()
  const [text, setText] = useUrlState('q')
  const [isolated, setIsolated] = useUrlState('isolated')
  const [hiddenText, setHidden] = useUrlState('hide')
  const [chosenView, setView] = useUrlState('view')
  const [service, setService] = useUrlState('service')
  const [depthText, setDepth] = useUrlState('depth', '1')
  const [group, setGroup] = useUrlState('group')

  const landscape = useMemo(() => landscapeOf(graph), [graph])
  const hidden = useMemo(() => hiddenText.split(',').filter((name) => name !== ''), [hiddenText])
  const shown = useMemo(
    () => filtered(landscape, { text, hideIsolated: isolated === 'hide', hidden }),
    [landscape, text, isolated, hidden],
  )
  const view = chosenView === '' ? (isNarrow ? 'list' : 'map') : chosenView
  const focused = graph.nodes.find((node) => String(node.id) === service)
  const depth = ([1, 2, 3].includes(Number(depthText)) ? Number(depthText) : 1) as Depth

  return (
    <div className={styles.body}>
      <MapToolbar
        text={text}
        onText={setText}
        hidesIsolated={isolated === 'hide'}
        onHideIsolated={(hide) => setIsolated(hide ? 'hide' : '')}
        hidden={hidden}
        onHidden={(names) => setHidden(names.join(','))}
        view={view}
        onView={setView}
        focused={focused}
        depth={depth}
        onDepth={(next) => setDepth(String(next))}
        onLeaveFocus={() => setService('')}
      />
      {focused !== undefined ? (
        <FocusView
          graph={graph}
          service={focused}
          depth={depth}
          view={view}
          onPick={(id) => setService(String(id), true)}
          onClose={() => setService('')}
        />
      ) : shown.groups.length === 0 ? (
        <Empty title="No project matches">Change the filter, or clear it.</Empty>
      ) : (
        <ProjectsView
          landscape={shown}
          selected={group}
          view={view}
          onPickGroup={(id) => setGroup(id === group ? '' : id)}
          onPickService={(id) => setService(String(id), true)}
          onHide={(name) => {
            setHidden([...hidden, name].join(','))
          }}
        />
      )}
    </div>
  )
}
