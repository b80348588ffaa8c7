// tcp-send.mjs ADDRESS PORT BYTES: sends random bytes and prints their number and SHA-256.
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';

const [address, port, count] = process.argv.slice(2);
const bytes = randomBytes(Number(count));
const socket = net.connect(Number(port), address, () => socket.end(bytes));
socket.resume();
socket.on('close', () => {
  process.stdout.write(`${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}\n`);
});
