import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answered, api } from '@/shared/api/client'
import { asProblem } from '@/shared/api/problem'
import { plain } from '@/shared/lib/format'

type Action =
  | { kind: 'mute'; serviceId: number; minutes: number }
  | { kind: 'acknowledge'; incidentId: number }
  | { kind: 'probe'; serviceId: number }

/** What one does about health. Each says what came of it. */
export function useHealthActions() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: (said) => notifications.show({ message: said }),
    onError: (error) => notifications.show({ color: 'red', message: plain(asProblem(error).message) }),
    onSettled: () => client.invalidateQueries({ queryKey: ['health'] }),
  })
}

async function act(action: Action): Promise<string> {
  switch (action.kind) {
    case 'mute':
      await answered(
        api.POST('/api/health/{id}/mute', {
          params: { path: { id: action.serviceId } },
          body: { minutes: action.minutes },
        }),
      )
      return action.minutes === 0 ? 'Messages come again.' : 'No messages until then.'
    case 'acknowledge':
      await answered(
        api.POST('/api/incidents/{id}/acknowledge', {
          params: { path: { id: action.incidentId } },
          body: {},
        }),
      )
      return 'Acknowledged: everybody sees that somebody is on it.'
    case 'probe': {
      const probe = await answered(
        api.POST('/api/health/{id}/probe', { params: { path: { id: action.serviceId } } }),
      )
      if (!('state' in probe)) return ''
      return probe.state === 'up' ? 'It answers.' : `It is ${probe.state}: ${plain(probe.cause)}`
    }
  }
}
