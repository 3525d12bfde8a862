import { useLocalStorage } from '@mantine/hooks'

export interface SavedView {
  name: string
  filter: string
  sort: string
}

/* Of this browser: a view is nothing but an address, and the registry is shared by many people. */
export function useSavedViews() {
  const [views, setViews] = useLocalStorage<SavedView[]>({
    key: 'port-manager.views',
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: (text) => viewsOf(text),
  })
  return {
    views,
    save: (view: SavedView) => setViews((known) => [...known.filter(({ name }) => name !== view.name), view]),
    remove: (name: string) => setViews((known) => known.filter((view) => view.name !== name)),
  }
}

/** What stands in the storage may be of another version, or of nobody. */
function viewsOf(text: string | undefined): SavedView[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(parsed) ? parsed.filter(isView) : []
  } catch {
    return []
  }
}

function isView(value: unknown): value is SavedView {
  const view = value as Partial<SavedView> | null
  return typeof view?.name === 'string' && typeof view.filter === 'string' && typeof view.sort === 'string'
}
