import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';
import { LongestFirst } from './test/support/longest-first.ts';

/**
 * For a machine that is five times slower than the one that this was written on, and busy: nobody waits that long
 * where all is well.
 */
const patience = {
  testTimeout: 120_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000, interval: 25 } },
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts', 'test/support/skips.ts'],
    reporters: ['default', new ClosingLine()],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { name: 'unit', include: ['{src,commands,test/bench}/**/*.test.ts'], ...patience } },
      { test: { name: 'house', include: ['test/house/**/*.test.ts'], ...patience, testTimeout: 180_000 } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          ...patience,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'scenario',
          include: ['test/scenario/**/*.test.ts'],
          ...patience,
          testTimeout: 400_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          ...patience,
          testTimeout: 1_200_000,
        },
      },
      {
        test: {
          name: 'security',
          include: ['test/security/**/*.test.ts'],
          ...patience,
          testTimeout: 300_000,
        },
      },
      { test: { name: 'chaos', include: ['test/chaos/**/*.test.ts'], ...patience, testTimeout: 1_800_000 } },
    ],
  },
});
