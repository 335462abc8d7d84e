import { expect, test } from 'vitest';
import { openIds } from './ids.ts';
import { openResponseUrls } from './response-url.ts';

function atTime() {
  const clock = { ms: 1_000_000 };
  const ids = openIds(
    () => clock.ms,
    () => 0,
  );
  return { clock, urls: openResponseUrls(() => clock.ms, ids) };
}

const target = { user: 'U1', channel: 'C1', threadTs: null, originalTs: null };

test('an address takes five responses', () => {
  const { urls } = atTime();
  const id = urls.issue(target);
  const other = urls.issue(target);
  expect(Array.from({ length: 6 }, () => urls.use(id))).toEqual([...Array(5).fill(target), 'used_url']);
  expect(urls.use(other)).toEqual(target);
});

test('an address takes responses for thirty minutes', () => {
  const { clock, urls } = atTime();
  const id = urls.issue(target);
  clock.ms += 30 * 60_000;
  expect(urls.use(id)).toEqual(target);
  clock.ms += 1;
  expect(urls.use(id)).toBe('expired_url');
});

test('an address that nobody issued is none', () => {
  expect(atTime().urls.use('x')).toBe('invalid_url');
});
