// udp-sink.mjs PORT [echo]: takes datagrams, sends them back when asked to. Prints "ready" once it listens.
import dgram from 'node:dgram';

const [port, echo] = process.argv.slice(2);

function listen(type, address) {
  const socket = dgram.createSocket({ type, ipv6Only: type === 'udp6', recvBufferSize: 4 << 20 });
  socket.on('message', (message, from) => {
    if (echo) socket.send(message, from.port, from.address);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(Number(port), address, resolve);
  });
}

await listen('udp4', '0.0.0.0');
// A machine without IPv6 does without.
await listen('udp6', '::').catch(() => undefined);
process.stdout.write('ready\n');
