import { type ForceTask, layOut } from './force-layout'

self.onmessage = ({ data }: MessageEvent<{ round: number; task: ForceTask }>) => {
  self.postMessage({ round: data.round, places: layOut(data.task) })
}
