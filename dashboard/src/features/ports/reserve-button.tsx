import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answered, api } from '@/shared/api/client'
import { useWhyNot } from '@/shared/api/may'
import { asProblem } from '@/shared/api/problem'
import { keys } from '@/shared/api/queries'

const DAY_S = 86_400

/** A lease of a day: nobody else is given the port meanwhile. */
export function ReserveButton({ port, type }: { port: number; type: string }) {
  const whyNot = useWhyNot()
  const client = useQueryClient()
  const refresh = () => {
    for (const queryKey of [keys.portUse, keys.pools, keys.leases, keys.ports])
      void client.invalidateQueries({ queryKey })
  }
  const reserve = useMutation({
    mutationFn: () => answered(api.POST('/api/ports/allocate', { body: { type, port, ttl: DAY_S } })),
    onSuccess: () => {
      refresh()
      notifications.show({ color: 'green', message: `${port} is reserved for a day` })
    },
    onError: (error) => {
      refresh()
      notifications.show({
        color: 'red',
        title: `${port} was not reserved`,
        message: asProblem(error).message,
      })
    },
  })
  return (
    <Button
      variant="default"
      aria-label={`Reserve ${port}`}
      loading={reserve.isPending}
      disabled={whyNot !== null}
      title={whyNot ?? undefined}
      onClick={() => reserve.mutate()}
    >
      Reserve
    </Button>
  )
}
