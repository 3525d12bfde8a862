import { Page } from '@/shared/ui/page'

export default function IpPage() {
  return <Page title="IP change">{null}</Page>
}
