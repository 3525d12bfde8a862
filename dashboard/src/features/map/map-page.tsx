import { Page } from '@/shared/ui/page'

export default function MapPage() {
  return <Page title="Map">{null}</Page>
}
