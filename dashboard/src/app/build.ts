/* Which build of the dashboard the page is: the name of its entry script, which holds a hash of all of it. */

const ENTRY = /<script[^>]+src="([^"]+)"/

function entryOf(html: string): string | null {
  return ENTRY.exec(html)?.[1] ?? null
}

/** After the server was away: it may be another version, whose answers this page does not know. */
export async function reloadIfBuildChanged() {
  try {
    const response = await fetch('/', { cache: 'no-store' })
    if (!response.ok) return
    const theirs = entryOf(await response.text())
    const ours = document.querySelector('script[type="module"][src]')?.getAttribute('src') ?? null
    if (theirs !== null && ours !== null && theirs !== ours) location.reload()
  } catch {
    // Away again: it is asked the next time.
  }
}
