import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answered, api, type Shape } from '@/shared/api/client'
import { Problem } from '@/shared/api/problem'
import { keys } from '@/shared/api/queries'

const ASK_MS = 150

/** Many services in one transaction; there when the job has ended. */
export function useBulk(onDone: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (changes: Shape<'BulkChange'>[]) => {
      const job = await answered(api.POST('/api/services/bulk', { body: { changes } }))
      return ended(job as unknown as Shape<'Job'>)
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.services })
      onDone()
    },
  })
}

async function ended(job: Shape<'Job'>): Promise<Shape<'Job'>> {
  let now = job
  while (now.state === 'waiting' || now.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS))
    now = await answered(api.GET('/api/jobs/{id}', { params: { path: { id: job.id } } }))
  }
  if (now.state !== 'done') throw new Problem(409, 'Not changed', now.error ?? 'The change was cancelled.')
  return now
}
