import { expect, test } from 'vitest';
import { deployedFrom, type Told } from './deployed.ts';

const version = (name: string) => ({ name, commit: null });

/** Oldest first, as they happened; ten milliseconds each. */
function told(...all: readonly Partial<Told>[]): Told[] {
  return all
    .map((each, index) => ({
      deploymentId: `d-${index + 1}`,
      purpose: 'deploy' as const,
      outcome: 'deployed',
      startedAtMs: index * 100,
      endedAtMs: index * 100 + 10,
      version: version('v1'),
      before: null,
      ...each,
    }))
    .toReversed();
}

test('what ended well is told newest first, until another version began to take its place', () => {
  expect(deployedFrom(told({}, { version: version('v2'), before: version('v1') }))).toEqual([
    { deploymentId: 'd-2', version: version('v2'), endedAtMs: 110, untilMs: null, isTakenBack: false },
    { deploymentId: 'd-1', version: version('v1'), endedAtMs: 10, untilMs: 100, isTakenBack: false },
  ]);
});

test.each(['rolled-back', 'stopped', 'needs-human', null])(
  'what ended as %s did not run there',
  (outcome) => {
    expect(deployedFrom(told({ outcome }))).toEqual([]);
  },
);

test('what people went back from is taken back, and stays so until it is deployed anew', () => {
  const bad = { version: version('v2'), before: version('v1') };
  const back = { purpose: 'roll-back' as const, version: version('v1'), before: version('v2') };
  const isTakenBack = (all: Told[]) => deployedFrom(all).map((each) => [each.deploymentId, each.isTakenBack]);
  expect(isTakenBack(told({}, bad, back))).toEqual([
    ['d-3', false],
    ['d-2', true],
    ['d-1', false],
  ]);
  expect(isTakenBack(told({}, bad, back, bad))[0]).toEqual(['d-4', false]);
});

test('what ran there once and did not hold the next time is taken back', () => {
  const second = { version: version('v2'), before: version('v1') };
  const all = told(second, { before: version('v2') }, { ...second, outcome: 'rolled-back' });
  expect(deployedFrom(all).find((each) => each.version.name === 'v2')).toMatchObject({ isTakenBack: true });
});

test('a rollback that did not come through took nothing back', () => {
  const back = {
    purpose: 'roll-back' as const,
    outcome: 'needs-human',
    version: version('v1'),
    before: version('v2'),
  };
  expect(deployedFrom(told({}, { version: version('v2') }, back))[0]).toMatchObject({ isTakenBack: false });
});

test('the same version again ends nothing', () => {
  expect(deployedFrom(told({}, {})).map(({ untilMs }) => untilMs)).toEqual([null, null]);
});
