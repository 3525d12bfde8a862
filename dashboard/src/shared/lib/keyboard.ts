/** Whether a key press belongs to a field, a menu or a dialog, and is no shortcut then. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('[role="menu"], [role="listbox"], [role="dialog"]') !== null)
    return true
  if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}
