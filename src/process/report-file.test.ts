import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readReportFile } from './report-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a report is read with when it was put there', async () => {
  const path = join(folder, 'report.xml');
  writeFileSync(path, '<testsuites/>');
  utimesSync(path, 1_700_000_000, 1_700_000_000);
  expect(await readReportFile(path)).toEqual({ text: '<testsuites/>', changedAtMs: 1_700_000_000_000 });
});

test('what is not there, no file, or too large has its own name', async () => {
  const large = join(folder, 'large.xml');
  writeFileSync(large, '');
  truncateSync(large, 6 * 1_024 * 1_024);
  const code = (path: string) => readReportFile(path).catch((error) => error.failure.code);
  expect(await code(join(folder, 'nothing.xml'))).toBe('not-found');
  expect(await code(folder)).toBe('rejected');
  expect(await code(large)).toBe('rejected');
});
