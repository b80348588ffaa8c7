import { FLOWS, type Flow } from '../../src/contract/intervals.ts';
import type { Measured } from './reduced.ts';

/** The seat that counts a flow. */
export const receiver = (flow: Flow) => (flow === 'fwd' ? 1 : 0);

/** The intervals of a flow, as its receiver recorded them. */
export function intervals({ read }: Measured, flow: Flow) {
  const rows = read.seats.find(({ seat }) => seat === receiver(flow))?.rows['interval'];
  const at = (column: string, row: number) => rows?.[column]?.[row] as number;
  return Array.from(rows?.['flow'] ?? [], (code, row) => ({ code, row }))
    .filter(({ code }) => FLOWS[code] === flow)
    .map(({ row }) => ({
      stream: at('stream', row),
      start: at('start', row),
      end: at('end', row),
      bytes: at('bytes', row),
      omitted: at('omitted', row),
    }));
}
