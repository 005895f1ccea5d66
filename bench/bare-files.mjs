// The yardstick for artifact.ts: a server that does nothing but stream a body into a file, synced, and a file into an answer.
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';

const file = process.argv[2];
const highWaterMark = 512 * 1024;
const server = createServer(async (request, response) => {
  if (request.method === 'PUT') {
    await pipeline(request, createWriteStream(file, { flush: true, highWaterMark }));
    response.end('{}');
  } else await pipeline(createReadStream(file, { highWaterMark }), response);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
