import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answered, api, type Shape } from '@/shared/api/client'
import { hasEnded } from '@/shared/api/job'
import { asProblem, type Mistake, Problem } from '@/shared/api/problem'
import { jobQuery } from '@/shared/api/queries'
import { changedFiles } from './file-states'
import type { PlanRequest } from './plan-request'

/** What would be written: a plan with its diff, or what an undo takes back. */
export type Preview =
  | { kind: 'plan'; plan: Shape<'Plan'>; diff: string }
  | { kind: 'undo'; changes: Shape<'PastFile'>[]; diff: string; changedSince: string[] }

export type PlanRun =
  | { phase: 'planning' }
  | { phase: 'unplanned'; problem: Problem; again: () => void }
  | {
      phase: 'preview'
      preview: Preview
      apply: () => void
      again: () => void
      isFresh: boolean
      /** Saved by somebody since they were read: the plan does not hold any more. */
      changedFiles: string[]
    }
  | { phase: 'applying'; preview: Preview; job: Shape<'Job'> | null }
  | { phase: 'failed'; preview: Preview; problem: Problem; again: () => void }
  | { phase: 'done'; preview: Preview; change: Shape<'Change'> }

/** One request from its plan to its result. Planning again begins anew, with what is in the files then. */
export function usePlanRun(request: PlanRequest, includeUncertain: boolean): PlanRun {
  const client = useQueryClient()
  const [attempt, setAttempt] = useState(0)
  const [jobId, setJobId] = useState<number | null>(null)
  const plan = useQuery({
    queryKey: ['plan', request, includeUncertain, attempt],
    queryFn: () => previewOf(request, includeUncertain),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const apply = useMutation({
    mutationFn: (preview: Preview) => applyPreview(request, preview),
    onSuccess: (job) => {
      client.setQueryData(jobQuery(job.id).queryKey, job)
      setJobId(job.id)
    },
  })
  const job = useQuery({
    ...jobQuery(jobId ?? 0),
    enabled: jobId !== null,
    // The event stream tells of each step; asking is for when it is away.
    refetchInterval: (query) => (hasEnded(query.state.data) ? false : 1_000),
  })

  const now = useQuery({
    // Old after the same events as what was found in files.
    queryKey: ['findings', 'plan', plan.data?.kind === 'plan' ? plan.data.plan.id : 0],
    queryFn: () => filesNow(request, includeUncertain),
    enabled: (query) => plan.data?.kind === 'plan' && apply.isIdle && query.state.isInvalidated,
    retry: false,
    gcTime: 0,
  })

  const change =
    job.data?.state === 'done' ? (job.data.result as Shape<'Change'> | null | undefined) : undefined
  useEffect(() => {
    if (change) void client.invalidateQueries({ queryKey: ['service'] })
  }, [change, client])

  const again = () => {
    setJobId(null)
    apply.reset()
    setAttempt((known) => known + 1)
  }
  if (plan.isPending || (plan.isFetching && plan.data === undefined)) return { phase: 'planning' }
  if (plan.isError) return { phase: 'unplanned', problem: asProblem(plan.error), again }
  const preview = plan.data
  if (apply.isError) return { phase: 'failed', preview, problem: asProblem(apply.error), again }
  if (apply.isIdle)
    return {
      phase: 'preview',
      preview,
      apply: () => apply.mutate(preview),
      again,
      isFresh: !plan.isFetching,
      changedFiles: preview.kind === 'plan' ? changedFiles(preview.plan, now.data) : [],
    }
  if (change) return { phase: 'done', preview, change }
  if (job.data?.state === 'failed' || job.data?.state === 'cancelled')
    return { phase: 'failed', preview, problem: failureOf(job.data), again }
  return { phase: 'applying', preview, job: job.data ?? null }
}

async function previewOf(request: PlanRequest, includeUncertain: boolean): Promise<Preview> {
  if (request.kind === 'undo') {
    const undo = await answered(
      api.POST('/api/transactions/{id}/undo', {
        params: { path: { id: request.transaction } },
        body: { dryRun: true },
      }),
    )
    const { changes, diff, changedSince } = undo as unknown as Shape<'UndoPreview'>
    return { kind: 'undo', changes, diff, changedSince }
  }
  const wish = includeUncertain ? { ...request.wish, includeUncertain } : request.wish
  const plan = await answered(api.POST('/api/plans', { body: wish }))
  if (plan.id === undefined || plan.edits.length === 0) return { kind: 'plan', plan, diff: '' }
  const diff = await answered(
    api.GET('/api/plans/{id}/diff', { params: { path: { id: plan.id } }, parseAs: 'text' }),
  )
  return { kind: 'plan', plan, diff: diff as string }
}

/** The files as a plan that is made now would find them; nothing of it is kept. */
async function filesNow(request: PlanRequest, includeUncertain: boolean): Promise<Shape<'PlanFile'>[]> {
  if (request.kind === 'undo') return []
  const wish = includeUncertain ? { ...request.wish, includeUncertain } : request.wish
  const { files } = await answered(api.POST('/api/plans', { body: { ...wish, dryRun: true } }))
  return files
}

async function applyPreview(request: PlanRequest, preview: Preview): Promise<Shape<'Job'>> {
  const job =
    request.kind === 'undo'
      ? await answered(
          api.POST('/api/transactions/{id}/undo', {
            params: { path: { id: request.transaction } },
            body: {},
          }),
        )
      : await answered(
          api.POST('/api/plans/{id}/apply', { params: { path: { id: planId(preview) } }, body: {} }),
        )
  return job as unknown as Shape<'Job'>
}

function planId(preview: Preview): number {
  if (preview.kind !== 'plan' || preview.plan.id === undefined) throw new Error('this plan was not kept')
  return preview.plan.id
}

/** The answer that the job would have been, with what it says of each file. */
function failureOf(job: Shape<'Job'>): Problem {
  const told = job.result as
    | { status?: unknown; title?: unknown; detail?: unknown; errors?: unknown }
    | null
    | undefined
  if (typeof told?.status === 'number' && typeof told.detail === 'string')
    return new Problem(
      told.status,
      typeof told.title === 'string' ? told.title : 'It failed',
      told.detail,
      Array.isArray(told.errors) ? (told.errors as Mistake[]) : [],
    )
  const text =
    job.error ?? (job.state === 'cancelled' ? 'It was cancelled; nothing was written.' : 'It failed.')
  return asProblem(new Error(text))
}
