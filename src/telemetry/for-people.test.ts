import { expect, test } from 'vitest';
import { forPeople } from './for-people.ts';
import { openLog } from './log.ts';

function shown(say: (log: ReturnType<typeof openLog>) => void): (string | null)[] {
  const lines: (string | null)[] = [];
  const log = openLog({
    level: 'debug',
    redact: (line) => line,
    write: (line) => lines.push(forPeople(line)),
  });
  say(log);
  return lines;
}

test('what goes well is not shown to people, and what does not is, with all that is known of it', () => {
  const lines = shown((log) => {
    log.debug({}, 'a');
    log.info({ version: 'v2' }, 'b');
    log.child({ part: 'slack' }).warn({ status: 500 }, 'an answer was not taken');
    log.error({ findings: ['slipway.yml:3 "needz"'] }, 'configuration broken');
  });
  expect(lines).toEqual([
    null,
    null,
    expect.stringMatching(
      /^\d\d:\d\d:\d\d UTC {2}Warning: an answer was not taken \(part: slack, status: 500\)\n$/,
    ),
    expect.stringMatching(
      /UTC {2}ERROR: configuration broken \(findings: \["slipway\.yml:3 \\"needz\\""\]\)\n$/,
    ),
  ]);
});

test('no value starts a line of its own, or steers the terminal', () => {
  const nasty = 'a\nb\r\u001b[31m\u009b2J\u202e\u2028\u0085\u200bz';
  const [line] = shown((log) => log.error({ nasty, [nasty]: [nasty] }, nasty));
  expect(line).toMatch(/^[ -~]*\n$/);
});
