import type { SortingState } from '@tanstack/react-table'

/** `externalPort`, or `-externalPort` for the other way round: as the API's `sort`. */
export function sortingOf(text: string): SortingState {
  if (text === '') return []
  const desc = text.startsWith('-')
  return [{ id: desc ? text.slice(1) : text, desc }]
}

export function sortText(sorting: SortingState): string {
  const first = sorting[0]
  if (first === undefined) return ''
  return first.desc ? `-${first.id}` : first.id
}
