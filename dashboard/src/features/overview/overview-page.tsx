import { Page } from '@/shared/ui/page'

export default function OverviewPage() {
  return <Page title="Overview">{null}</Page>
}
