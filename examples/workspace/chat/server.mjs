import { WebSocketServer } from 'ws';

const port = Number(process.env.CHAT_PORT ?? 8090);
const server = new WebSocketServer({ port });
server.on('connection', (socket) => socket.on('message', (text) => socket.send(text)));
