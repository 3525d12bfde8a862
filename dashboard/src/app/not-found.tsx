import { Button } from '@mantine/core'
import { FileQuestion } from 'lucide-react'
import { Link } from 'wouter'
import { plain } from '@/shared/lib/format'
import { Page } from '@/shared/ui/page'
import { Empty } from '@/shared/ui/states'

/** An address that was mistyped, or that an older version knew. */
export function NotFound({ path }: { path: string }) {
  return (
    <Page title="No such page">
      <Empty
        title={`There is no page at ${plain(path)}`}
        icon={FileQuestion}
        actions={
          <>
            <Button variant="default" onClick={() => window.history.back()}>
              Back
            </Button>
            <Button component={Link} href="/">
              Overview
            </Button>
          </>
        }
      >
        The address may be mistyped, or from another version. All pages are in the menu.
      </Empty>
    </Page>
  )
}
