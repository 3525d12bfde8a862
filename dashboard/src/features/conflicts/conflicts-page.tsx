import { Page } from '@/shared/ui/page'

export default function ConflictsPage() {
  return <Page title="Conflicts">{null}</Page>
}
