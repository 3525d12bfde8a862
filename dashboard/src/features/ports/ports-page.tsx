import { Page } from '@/shared/ui/page'

export default function PortsPage() {
  return <Page title="Ports">{null}</Page>
}
