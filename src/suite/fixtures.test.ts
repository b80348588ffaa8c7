import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { testKinds } from '../../test/support/suite-kinds.ts';
import { forecast } from './forecast.ts';
import { loadSuite } from './load.ts';
import { makePlan } from './plan.ts';

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/suites/${name}.yaml`, import.meta.url));
}

describe('the quick start', () => {
  test('measures two sites with every kind in less than a minute, and judges them', async () => {
    const plan = makePlan(await loadSuite(fixture('quickstart'), testKinds), new Map(), testKinds, {
      name: 'n',
      version: '0',
    });
    expect(plan.cells).toHaveLength(2 * testKinds.size);
    expect(plan.notApplicable).toEqual([]);
    expect(plan.requirements).toHaveLength(6);
    // Cells of a slot run at the same time.
    const seconds = forecast(plan, testKinds).durationNs / 1e9;
    expect(seconds).toBeLessThan(60);
  });
});

describe('the suites that are wrong on purpose', () => {
  test.each([
    ['bad-key', 'NETPROBE_SUITE_INVALID', ['3:1', '5:29', '7:31']],
    ['bad-unit', 'NETPROBE_SUITE_INVALID', ['4:39', '6:27', '7:33', '9:38']],
    ['bad-site', 'NETPROBE_SUITE_INVALID', ['4:3', '5:18', '6:18', '7:3']],
    ['bad-link', 'NETPROBE_SUITE_INVALID', ['7:5', '8:5', '10:5', '11:5']],
    ['bomb', 'NETPROBE_SUITE_SYNTAX', ['5:12']],
  ])('are refused where they are wrong: %s', async (name, code, places) => {
    const found = (problems: { line: number; column: number }[]) =>
      problems.map(({ line, column }) => `${line}:${column}`);
    const error = await loadSuite(fixture(name), testKinds).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(found((error as { problems: { line: number; column: number }[] }).problems)).toEqual(places);
  });
});
