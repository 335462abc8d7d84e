import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { readEnvironment } from './environment.ts';

function problems(variables: Record<string, string>): readonly string[] {
  const read = readEnvironment(variables);
  return read.kind === 'broken' ? read.problems : [];
}

test('an empty environment means one process, embedded records and no Slack', () => {
  const read = readEnvironment({});
  expect(read).toMatchObject({
    kind: 'read',
    environment: {
      port: null,
      configurationFile: null,
      databaseUrl: null,
      redisUrl: null,
      role: 'all',
      processes: 1,
      logLevel: null,
    },
  });
  expect(read.kind === 'read' && read.environment.home).toBe(`${process.cwd()}/.slipway`);
});

test('an empty variable counts as one that is not there', () => {
  expect(readEnvironment({ PORT: '', DATABASE_URL: '' })).toMatchObject({
    environment: { port: null, databaseUrl: null },
  });
});

test('addresses with passwords print as where they came from', () => {
  const read = readEnvironment({
    DATABASE_URL: 'postgres://slipway:hunter2@db/slipway',
    REDIS_URL: 'redis://:hunter2@bell',
  });
  if (read.kind === 'broken') throw new Error(read.problems.join());
  const { variables: _, ...rest } = read.environment;
  expect(inspect(rest) + JSON.stringify(rest)).not.toContain('hunter2');
  expect(read.environment.databaseUrl?.open()).toBe('postgres://slipway:hunter2@db/slipway');
});

test.each<[Record<string, string>, string]>([
  [{ PORT: 'http' }, 'PORT must be a port from 0 to 65535.'],
  [{ PORT: '70000' }, 'PORT must be a port from 0 to 65535.'],
  [{ SLIPWAY_ROLE: 'boss' }, 'SLIPWAY_ROLE must be bot, worker or all.'],
  [{ SLIPWAY_PROCESSES: '0' }, 'SLIPWAY_PROCESSES must be a number of processes from 1 to 99.'],
  [{ LOG_LEVEL: 'verbose' }, 'LOG_LEVEL must be debug, info, warn or error.'],
  [
    { DATABASE_URL: 'mysql://hunter2@db' },
    'DATABASE_URL must be an address that begins with postgres:// or postgresql://.',
  ],
  [
    { REDIS_URL: 'hunter2' },
    'REDIS_URL must be an address that begins with redis:// or rediss:// or valkey:// or valkeys://.',
  ],
  [
    { SLACK_API_URL: 'http://slack.example.com/api/' },
    'SLACK_API_URL must be an address that begins with https://, or with http:// on this machine.',
  ],
  [{ SLIPWAY_HOEM: '/x' }, 'SLIPWAY_HOEM is not a variable that we know. Did you mean SLIPWAY_HOME?'],
])('%j is told in words, and never repeated', (variables, problem) => {
  expect(problems(variables)).toEqual([problem]);
});

test.each([
  ['http://127.0.0.1:4600/api/', 'http://127.0.0.1:4600/api/'],
  ['http://localhost:4600/api', 'http://localhost:4600/api/'],
  ['https://slack-gov.com/api/', 'https://slack-gov.com/api/'],
])('the Web API may be at %s', (given, read) => {
  expect(readEnvironment({ SLACK_API_URL: given })).toMatchObject({ environment: { slackApiUrl: read } });
});

test('several problems are told at once', () => {
  expect(problems({ PORT: 'x', LOG_LEVEL: 'y', SLIPWAY_ROLLE: 'z' })).toHaveLength(3);
});
