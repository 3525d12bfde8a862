import '@xyflow/react/dist/base.css'
import {
  Background,
  Controls,
  type Edge,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  type ReactFlowState,
  useNodesState,
  useStore,
} from '@xyflow/react'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Status } from '@/shared/ui/status'
import { CARD, firstView, isCompact, nameSize, type Size } from './first-view'
import type { Place } from './force-layout'
import { LinkLine } from './link-line'
import styles from './map.module.css'

/* Cards and lines on a plane that one moves about. It knows neither projects nor services, and never moves
 * anything: cards stand where they are put, or where a person drags them. */

export interface Card {
  id: string
  place: Place
  title: string
  subtitle: string
  /** Of the worst in it; '' none worth a word. */
  state: string
  isSelected: boolean
}

export interface Line {
  id: string
  from: string
  to: string
  count: number
  isStrong: boolean
}

interface MapCanvasProps {
  cards: Card[]
  lines: Line[]
  label: string
  onPick: (id: string) => void
}

type CardNode = Node<{ card: Card; onPick: (id: string) => void }, 'card'>

const nodeTypes = { card: CardView }
const edgeTypes = { link: LinkLine }

export default function MapCanvas(props: MapCanvasProps) {
  const frame = useRef<HTMLDivElement>(null)
  const [plane, setPlane] = useState<Size | null>(null)
  useLayoutEffect(() => {
    const { clientWidth, clientHeight } = frame.current ?? { clientWidth: 0, clientHeight: 0 }
    setPlane({ width: clientWidth, height: clientHeight })
  }, [])
  return (
    <div className={styles.frame} ref={frame}>
      {plane !== null && <Plane {...props} plane={plane} />}
    </div>
  )
}

function Plane({ cards, lines, label, onPick, plane }: MapCanvasProps & { plane: Size }) {
  const [nodes, setNodes, onNodesChange] = useNodesState<CardNode>([])
  useEffect(() => {
    setNodes((known) => {
      const before = new Map(known.map((node) => [node.id, node]))
      return cards.map((card) => ({
        ...before.get(card.id),
        id: card.id,
        type: 'card' as const,
        position: before.get(card.id)?.position ?? card.place,
        data: { card, onPick },
        // As most are: it is shown at once, and measured then.
        initialWidth: CARD.width,
        initialHeight: CARD.height,
        ariaRole: 'group' as const,
      }))
    })
  }, [cards, onPick, setNodes])
  const edges = useMemo(() => lines.map(edgeOf), [lines])
  if (cards.length > 0 && nodes.length === 0) return null

  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      aria-label={label}
      // Of the first drawing. The library fits a view, too, but at times before it knows how large it is.
      defaultViewport={firstView(
        cards.map(({ place }) => place),
        plane,
        cards.find(({ isSelected }) => isSelected)?.place,
      )}
      minZoom={0.1}
      maxZoom={2}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      deleteKeyCode={null}
      onlyRenderVisibleElements
    >
      <Background gap={28} size={1} className={styles.dots ?? ''} />
      <Controls
        showInteractive={false}
        fitViewOptions={{ padding: 0.05, maxZoom: 1.1 }}
        className={styles.controls ?? ''}
      />
    </ReactFlow>
  )
}

function edgeOf(line: Line): Edge {
  return {
    id: line.id,
    source: line.from,
    target: line.to,
    type: 'link',
    data: { count: line.count },
    className: (line.isStrong ? styles.strong : styles.quiet) ?? '',
    markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: 'var(--pm-muted)' },
  }
}

const nameSizeOf = ({ transform: [, , zoom] }: ReactFlowState) => nameSize(zoom)
const isCompactOf = ({ transform: [, , zoom] }: ReactFlowState) => isCompact(zoom)

function CardView({ data: { card, onPick } }: NodeProps<CardNode>) {
  const fontSize = useStore(nameSizeOf)
  const compact = useStore(isCompactOf)
  return (
    <>
      {/* Lines are drawn from edge to edge (link-line.tsx); the library still wants an end of each. */}
      <Handle type="target" position={Position.Left} isConnectable={false} className={styles.handle ?? ''} />
      <button
        type="button"
        className={card.isSelected ? `${styles.card} ${styles.selected}` : styles.card}
        style={{ fontSize }}
        data-compact={compact}
        title={compact ? `${card.title}, ${card.subtitle}` : undefined}
        aria-pressed={card.isSelected}
        onClick={() => onPick(card.id)}
      >
        <span className={styles.cardTitle}>{card.title}</span>
        <span className={styles.cardSubtitle}>{card.subtitle}</span>
        {card.state !== '' && (
          <span className={styles.cardState}>
            <Status state={card.state} />
          </span>
        )}
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} className={styles.handle ?? ''} />
    </>
  )
}
