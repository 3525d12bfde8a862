import { describe, expect, it } from 'vitest'
import { EventParser, type StreamEvent } from './event-stream'

function parse(...pieces: string[]): StreamEvent[] {
  const events: StreamEvent[] = []
  const parser = new EventParser((event) => events.push(event))
  for (const piece of pieces) parser.push(piece)
  return events
}

describe('the event stream', () => {
  it('gives events with their ids', () => {
    expect(parse('id: 7\nevent: service.changed\ndata: {"id":1}\n\n')).toEqual([
      { id: 7, event: 'service.changed', data: '{"id":1}' },
    ])
  })

  it('may come in any pieces', () => {
    const text = 'id: 7\r\nevent: a\r\ndata: {"x":"ä"}\r\n\r\n: beat\n\nid: 8\nevent: b\ndata: 1\n\n'
    const whole = parse(text)
    expect(whole).toEqual([
      { id: 7, event: 'a', data: '{"x":"ä"}' },
      { id: 8, event: 'b', data: '1' },
    ])
    for (let cut = 0; cut <= text.length; cut += 1)
      expect(parse(text.slice(0, cut), text.slice(cut))).toEqual(whole)
    expect(parse(...text)).toEqual(whole)
  })

  it('joins lines of data, and takes one blank behind the colon off', () => {
    expect(parse('data: a\ndata:  b\ndata\n\n')).toEqual([{ id: 0, event: 'message', data: 'a\n b\n' }])
  })

  it('has no event for comments, for what has no data, and for what has not ended', () => {
    expect(parse(': hello\n\nid: 3\n\nevent: x\n\ndata: 1\n')).toEqual([])
  })

  it('does not carry an id over to an event that has none', () => {
    expect(parse('id: 3\ndata: a\n\ndata: b\n\n').map(({ id }) => id)).toEqual([3, 0])
  })

  it('takes an id with a NUL for none, and ignores fields that it does not know', () => {
    expect(parse('id: 3\0\nretry: 5\nfoo: bar\ndata: a\n\n')).toEqual([
      { id: 0, event: 'message', data: 'a' },
    ])
  })
})
