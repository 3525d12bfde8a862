import { Button } from '@mantine/core'
import { RotateCw } from 'lucide-react'
import { useWhyNot } from '@/shared/api/may'
import { plain } from '@/shared/lib/format'
import { useRestart } from './restart-provider'

/** Asks for a service to be restarted. */
export function RestartButton({ id, name, size = 'xs' }: { id: number; name: string; size?: string }) {
  const restart = useRestart()
  const whyNot = useWhyNot()
  return (
    <Button
      variant="default"
      size={size}
      leftSection={<RotateCw size={13} aria-hidden="true" />}
      disabled={whyNot !== null}
      title={whyNot ?? undefined}
      aria-label={`Restart ${plain(name)}`}
      onClick={() => restart({ id, name })}
    >
      Restart
    </Button>
  )
}
