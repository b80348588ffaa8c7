// udp-source.mjs '{"address","port","count","bytes","perSecond","flows","ttl","listenMs"}': sends numbered datagrams, the
// number in the first four bytes, and prints as JSON the number of each that came back with its round-trip time in ns.
import dgram from 'node:dgram';
import { setImmediate, setTimeout } from 'node:timers/promises';

const given = JSON.parse(process.argv[2]);
const {
  address,
  port,
  count,
  bytes = 64,
  perSecond = Number.POSITIVE_INFINITY,
  flows = 1,
  ttl,
  listenMs = 200,
} = given;
const sentAt = [];
const replies = [];

async function openSocket() {
  const socket = dgram.createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 4 << 20 });
  socket.on('message', (message) => {
    const now = process.hrtime.bigint();
    const number = message.readUInt32BE(0);
    replies.push({ number, rttNs: Number(now - sentAt[number]) });
  });
  // A datagram that is too big for the path is reported by the next call on the socket; the next datagram is sent in parts.
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.connect(port, address, resolve));
  if (ttl !== undefined) socket.setTTL(ttl);
  return socket;
}

const sockets = await Promise.all(Array.from({ length: flows }, openSocket));
const begin = performance.now();
for (let number = 0; number < count; number++) {
  const due = begin + (number * 1000) / perSecond;
  while (performance.now() < due) await (due - performance.now() > 2 ? setTimeout(1) : setImmediate());
  const message = Buffer.alloc(bytes);
  message.writeUInt32BE(number, 0);
  sentAt[number] = process.hrtime.bigint();
  await new Promise((resolve) => sockets[number % flows].send(message, resolve));
}
await setTimeout(listenMs);
for (const socket of sockets) socket.close();
process.stdout.write(JSON.stringify(replies));
