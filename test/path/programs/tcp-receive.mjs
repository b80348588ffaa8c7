// tcp-receive.mjs PORT: takes one connection, prints "ready" once it listens, and at its end bytes and SHA-256 of what came.
import { createHash } from 'node:crypto';
import net from 'node:net';

const server = net.createServer((socket) => {
  const hash = createHash('sha256');
  socket.on('data', (bytes) => hash.update(bytes));
  socket.on('end', () => {
    process.stdout.write(`${socket.bytesRead} ${hash.digest('hex')}\n`);
    socket.end();
    server.close();
  });
});
server.listen(Number(process.argv[2]), '::', () => process.stdout.write('ready\n'));
