import {
  BaseEdge,
  EdgeLabelRenderer,
  type EdgeProps,
  type InternalNode,
  type ReactFlowState,
  useInternalNode,
  useStore,
} from '@xyflow/react'
import { type Box, border } from './border'
import { nameSize } from './first-view'
import styles from './map.module.css'

const nameSizeOf = ({ transform: [, , zoom] }: ReactFlowState) => nameSize(zoom)

/** A line from the edge of one card to the edge of another, wherever they stand. */
export function LinkLine({ id, source, target, markerEnd, data }: EdgeProps) {
  const fontSize = useStore(nameSizeOf)
  const from = useInternalNode(source)
  const to = useInternalNode(target)
  if (from === undefined || to === undefined) return null
  const [a, b] = [boxOf(from), boxOf(to)]
  const start = border(a, b)
  const end = border(b, a)
  // Bent to one side, so that two that point at each other are two lines.
  const bend = {
    x: (start.x + end.x) / 2 - (end.y - start.y) * 0.08,
    y: (start.y + end.y) / 2 + (end.x - start.x) * 0.08,
  }
  const count = typeof data?.count === 'number' ? data.count : 0
  return (
    <>
      <BaseEdge
        id={id}
        path={`M ${start.x},${start.y} Q ${bend.x},${bend.y} ${end.x},${end.y}`}
        {...(markerEnd === undefined ? {} : { markerEnd })}
      />
      {count > 1 && (
        <EdgeLabelRenderer>
          <span
            className={styles.count}
            style={{ fontSize, transform: `translate(-50%, -50%) translate(${bend.x}px, ${bend.y}px)` }}
          >
            {count}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  )
}

function boxOf(node: InternalNode): Box {
  const { x, y } = node.internals.positionAbsolute
  return { x, y, width: node.measured.width ?? 0, height: node.measured.height ?? 0 }
}
