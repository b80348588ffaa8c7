import { describe, expect, it } from 'vitest';
import type { Json } from '../contract/json.ts';
import { Mailbox } from './mailbox.ts';

async function readAll(mailbox: Mailbox): Promise<Json[]> {
  const messages: Json[] = [];
  for await (const message of mailbox) messages.push(message);
  return messages;
}

describe('a mailbox', () => {
  it('gives messages in order, those from before anybody listened too, and ends when the other side has', async () => {
    const mailbox = new Mailbox();
    mailbox.put(1);
    mailbox.put({ a: 2 });
    const read = readAll(mailbox);
    await Promise.resolve();
    mailbox.put(null);
    mailbox.end();
    expect(await read).toEqual([1, { a: 2 }, null]);
  });

  it('wakes whoever waits, for a message, an end and a failure', async () => {
    const mailbox = new Mailbox();
    const messages = mailbox[Symbol.asyncIterator]();
    const next = messages.next();
    mailbox.put('a');
    expect(await next).toEqual({ done: false, value: 'a' });
    const last = messages.next();
    mailbox.end();
    expect(await last).toEqual({ done: true, value: undefined });
    const failing = new Mailbox();
    const read = readAll(failing);
    failing.fail(new Error('gone'));
    await expect(read).rejects.toThrow('gone');
  });

  it('fails with the first reason, at once and ever after, whatever is waiting', async () => {
    const mailbox = new Mailbox();
    mailbox.put('unread');
    mailbox.fail(new Error('first'));
    mailbox.fail(new Error('second'));
    await expect(readAll(mailbox)).rejects.toThrow('first');
    mailbox.end();
    await expect(readAll(mailbox)).rejects.toThrow('first');
  });

  it('cuts off a peer that says more than is read, and keeps no more of it', async () => {
    const mailbox = new Mailbox();
    for (let i = 0; i < 10_000; i += 1) mailbox.put(i);
    await expect(readAll(mailbox)).rejects.toMatchObject({ code: 'NETPROBE_PROTOCOL' });
  });

  it('takes any number of messages when they are read', async () => {
    const mailbox = new Mailbox();
    const read = readAll(mailbox);
    for (let i = 0; i < 5000; i += 1) {
      mailbox.put(i);
      if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    mailbox.end();
    expect(await read).toHaveLength(5000);
  });
});
