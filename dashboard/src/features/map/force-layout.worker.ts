import { type ForceTask, layOut } from './force-layout'

self.onmessage = (message: MessageEvent<ForceTask>) => {
  self.postMessage(layOut(message.data))
}
