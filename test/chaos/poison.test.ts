import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { whyOf } from './oracle.ts';
import { temporaryFile } from './temporary-file.ts';

const NAME = 'what ends its process again and again is set aside, and the others go on';

/**
 * Loaded into Node before the program: a library that breaks and takes the whole process along, whenever p1 is
 * started, and whenever p2 is measured. The program itself knows nothing of it.
 */
const POISON = `
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
const { request } = http;
http.request = (...given) => {
  const asking = request(...given);
  const end = asking.end.bind(asking);
  asking.end = (body, ...more) => {
    const text = String(body);
    const path = given[0]?.path;
    const isDeadly =
      (path === '/release' && text.includes('"name":"p1"')) || (path === '/measure' && text.includes('-p2-'));
    if (isDeadly) process.kill(process.pid, 'SIGKILL');
    return end(body, ...more);
  };
  return asking;
};
syncBuiltinESMExports();
`;

test(NAME, async () => {
  const poison = temporaryFile('poison.mjs');
  writeFileSync(poison.path, POISON);
  try {
    const { deployments, counts } = await runCampaign({
      name: NAME,
      services: 4,
      databaseUrl: null,
      redisUrl: null,
      roles: ['all'],
      flags: ['--import', poison.path],
      mayEnd: ({ signal }) => signal === 'SIGKILL',
      isExcused: ({ version }) => version === 'p1' || version === 'p2',
      async happen({ people }) {
        // Both at once: the first of them to be carried out ends the process that would have taken the other.
        await Promise.all([people.orderOnce('s2', 'p2'), people.orderOnce('s1', 'p1')]);
        await people.orderUntilTaken('s3', 'v2');
        await people.orderUntilTaken('s4', 'v2');
      },
    });
    const outcomes = new Map(
      deployments.map(({ version, service, outcome }) => [`${service} ${version}`, outcome]),
    );
    expect(counts.get('ends by itself')).toBeGreaterThanOrEqual(5);
    expect(outcomes.get('s1 p1')).toMatch(/stopped|rolled-back|needs-human/);
    expect(
      deployments
        .filter(({ version }) => version === 'p1')
        .map(whyOf)
        .join(),
    ).toMatch(/never arrived|in the middle of the same step/);
    expect(outcomes.get('s2 p2')).toBe('needs-human');
    expect(outcomes.get('s3 v2')).toBe('deployed');
    expect(outcomes.get('s4 v2')).toBe('deployed');
  } finally {
    poison.remove();
  }
});
