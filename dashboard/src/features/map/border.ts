export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Where the way from the middle of `box` to the middle of `other` leaves `box`. */
export function border(box: Box, other: Box): { x: number; y: number } {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const dx = other.x + other.width / 2 - middle.x
  const dy = other.y + other.height / 2 - middle.y
  if (dx === 0 && dy === 0) return middle
  const scale = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : box.width / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : box.height / 2 / Math.abs(dy),
  )
  return { x: middle.x + dx * scale, y: middle.y + dy * scale }
}
