import { Page } from '@/shared/ui/page'

export default function HealthPage() {
  return <Page title="Health">{null}</Page>
}
