import { readFileSync } from 'node:fs';
import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { hostFacts } from './host-facts.ts';
import { interfaceFacts } from './interface-facts.ts';

describe('facts of the host', () => {
  it('are values, or nulls with a reason', () => {
    for (const [name, fact] of Object.entries(hostFacts())) {
      if (fact.value === null) expect([name, fact.why]).toEqual([name, expect.stringMatching(/\w/)]);
      else expect(Object.keys(fact)).toEqual(['value']);
    }
  });

  it('go into JSON and back unchanged', () => {
    const facts = hostFacts();
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it('say what the system says', () => {
    expect(hostFacts()).toMatchObject({
      kernelRelease: { value: os.release() },
      cores: { value: os.cpus().length },
    });
  });

  it.skipIf(process.platform !== 'linux')('do not disclose the boot’s id, and stay the same', () => {
    const { boot } = hostFacts();
    expect(boot.value).toMatch(/^[0-9a-f]{16}$/);
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').replaceAll('-', '');
    expect(id).not.toContain(boot.value);
    expect(hostFacts().boot).toEqual(boot);
  });
});

describe('facts of an interface', () => {
  it.skipIf(process.platform !== 'linux')('are those of loopback for the machine itself', async () => {
    const { value } = await interfaceFacts('127.0.0.1');
    expect(value).toMatchObject({
      name: 'lo',
      speedBps: { value: null, why: expect.any(String) },
      driver: { value: null, why: expect.any(String) },
    });
    expect(value?.mtuBytes).toEqual({ value: Number(readFileSync('/sys/class/net/lo/mtu', 'utf8')) });
  });

  it('are null with a reason for what is no address', async () => {
    expect(await interfaceFacts('nowhere')).toMatchObject({ value: null, why: expect.any(String) });
  });
});
