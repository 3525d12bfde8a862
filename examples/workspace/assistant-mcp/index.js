import { createServer } from 'node:http';

const flag = process.argv.indexOf('--port');
const port = flag > 0 ? Number(process.argv[flag + 1]) : 8765;

createServer((request, response) => response.end('{}')).listen(port, '127.0.0.1');
