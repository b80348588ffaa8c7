import { defineConfig } from 'vitest/config';

/** `unit`: pure code and fake clocks; `loopback`: real sockets on port 0; `path`: emulated paths
 * in network namespaces, where these can be had; `cli`: the built program as a child process. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'probes/**/*.test.ts', 'test/scenario/**/*.test.ts'] } },
      {
        test: {
          name: 'loopback',
          include: ['test/loopback/**/*.test.ts'],
          testTimeout: 30_000,
          fileParallelism: false,
        },
      },
      { test: { name: 'path', include: ['test/path/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false } },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 90_000, fileParallelism: false } },
    ],
  },
});
