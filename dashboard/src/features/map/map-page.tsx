import { useQuery } from '@tanstack/react-query'
import { graphQuery } from '@/shared/api/queries'
import { count } from '@/shared/lib/format'
import { NothingScanned } from '@/shared/ui/nothing-scanned'
import { Page } from '@/shared/ui/page'
import { Loaded } from '@/shared/ui/states'
import { landscapeOf } from './landscape'
import { MapBody } from './map-body'

export default function MapPage() {
  const graph = useQuery(graphQuery)
  const note = graph.data === undefined ? undefined : noteOf(graph.data)
  return (
    <Page title="Map" fill note={note}>
      <Loaded query={graph}>
        {(data) =>
          data.nodes.length === 0 ? (
            <NothingScanned>The map shows who points at whom, and in which file.</NothingScanned>
          ) : (
            <MapBody graph={data} />
          )
        }
      </Loaded>
    </Page>
  )
}

function noteOf(graph: Parameters<typeof landscapeOf>[0]): string {
  const { groups, links, unanswered } = landscapeOf(graph)
  const lost = unanswered.length === 0 ? '' : `, ${count(unanswered.length, 'reference')} without an answer`
  return `${count(groups.length, 'project')}, ${count(links.length, 'link')} among them${lost}`
}
