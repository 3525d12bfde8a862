import { Page } from '@/shared/ui/page'

export default function HistoryPage() {
  return <Page title="History">{null}</Page>
}
