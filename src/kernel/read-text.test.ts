import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLinkName, readNumber, readNumbers, readText } from './read-text.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'netprobe-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const name = path.join(folder, String(Math.random()));
  writeFileSync(name, text);
  return name;
}

describe('a small file', () => {
  it('is read without the white space around it', () => {
    expect(readText(file(' tsc\n'))).toEqual({ value: 'tsc' });
    expect(readNumber(file('212992\n'))).toEqual({ value: 212_992 });
    expect(readNumbers(file('4096\t131072\t-6\n'), 3)).toEqual({ value: [4096, 131_072, -6] });
  });

  it('that is empty, absent or a folder is a null with its reason', () => {
    const [empty, absent] = [file('\n'), path.join(folder, 'absent')];
    expect(readText(empty)).toEqual({ value: null, why: `${empty} is empty` });
    expect(readNumber(absent)).toEqual({ value: null, why: `there is no ${absent}` });
    expect(readText(folder)).toEqual({ value: null, why: `${folder} cannot be read: EISDIR` });
  });

  it('with something else than so many whole numbers is a null that quotes it', () => {
    for (const text of ['4096 131072', '1 2 3 4', '1 2 3.5', '1 2 0x3', '1 2 three', '1 2 99999999999999999'])
      expect(readNumbers(file(text), 3)).toMatchObject({ value: null, why: expect.stringContaining(`"${text}"`) });
  });
});

it('a link gives the last part of where it leads', () => {
  const name = path.join(folder, 'driver');
  symlinkSync('../../bus/virtio/drivers/virtio_net', name);
  expect(readLinkName(name)).toEqual({ value: 'virtio_net' });
  expect(readLinkName(`${name}2`)).toEqual({ value: null, why: `there is no ${name}2` });
});
