import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Empty } from './states'

/** What every page says before there is anything that it could show: what to do, and where. */
export function NothingScanned({ children }: { children?: ReactNode }) {
  return (
    <Empty
      title="No service is known yet"
      actions={
        <Button component={Link} href="/">
          Begin
        </Button>
      }
    >
      {children}
    </Empty>
  )
}
