/** What a key means, as the documentation says it: `code` in backticks. */
export function Meaning({ text }: { text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text that never changes
      <code key={index} className="pm-mono">
        {part}
      </code>
    ),
  )
}
