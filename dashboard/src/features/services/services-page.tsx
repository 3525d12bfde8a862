import { Page } from '@/shared/ui/page'

export default function ServicesPage() {
  return <Page title="Services">{null}</Page>
}
