import { expect, test } from 'vitest';
import { z } from 'zod';
import { sayFinding } from './finding.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const known = knownFrom([{ id: 'local', Address: z.strictObject({ service: z.string() }) }], [], []);

const target =
  '{ platform: local, address: { service: api }, strategy: rolling, pace: { observe: 6s, releaseDeadline: 30s } }';
const BEFORE = `
environments:
  staging: { channel: C0DEPLOYS, protected: false }
  recovery: { channel: C0DEPLOYS, protected: false }
services:
  api: { targets: { staging: ${target}, recovery: ${target} } }
groups: { keepers: [U0ADA, S0KEEPERS] }
grants: []
`;
const GOOD = `${BEFORE}
runbooks:
  fail-over:
    rto: 15m
    channel: C0DEPLOYS
    escalate: [keepers]
    failBack: fail-back
    steps:
      - { do: manual, name: look, phase: assess, within: 5m, instruction: Look, owner: keepers, drill: true }
      - { do: freeze, name: freeze, phase: assess, within: 1m, environment: staging }
      - { do: deploy, name: deploy, phase: deploy, within: 5m, service: api, environment: recovery, from: staging }
      - { do: verify, name: verify, phase: verify, within: 5m, needs: [look, deploy], service: api, environment: recovery }
  fail-back:
    rto: 1h
    rpo: 5m
    channel: C0DEPLOYS
    approvals: { required: [{ needed: 1 }] }
    steps:
      - { do: announce, name: say, phase: redirect, within: 1m, text: We are back }
`;

function findings(text: string): string[] {
  const reading = readConfiguration('slipway.yml', text, known);
  return reading.kind === 'read' ? [] : reading.findings.map(sayFinding);
}

test('a runbook is read with its people, and every step with what it needs', () => {
  const reading = readConfiguration('slipway.yml', GOOD, known);
  if (reading.kind === 'broken') throw new Error(reading.findings.map(sayFinding).join('\n'));
  const [over, back] = reading.configuration.catalog.runbooks ?? [];
  expect(over).toMatchObject({ escalate: ['U0ADA', 'S0KEEPERS'], announce: 'C0DEPLOYS', rpoMs: null });
  expect(over?.approval.requirements).toEqual([{ needed: 2, group: null }]);
  expect(back?.approval.requirements).toEqual([{ needed: 1, group: null }]);
  expect(over?.steps.map(({ name, needs, isDrillSafe }) => [name, needs, isDrillSafe])).toEqual([
    ['look', [], true],
    ['freeze', ['look'], false],
    ['deploy', ['freeze'], false],
    ['verify', ['look', 'deploy'], false],
  ]);
  expect(over?.steps[0]).toMatchObject({ owners: ['U0ADA', 'S0KEEPERS'] });
});

test.each([
  ['a step that needs a later one', ['needs: [look, deploy]', 'needs: [verify]'], 'no earlier step "verify"'],
  ['two steps of one name', ['name: freeze,', 'name: look,'], 'is the name of an earlier step'],
  [
    'a place that is nowhere',
    ['environment: recovery, from', 'environment: recover, from'],
    'no environment of api "recover"',
  ],
  ['an origin that is nowhere', ['from: staging', 'from: stagin'], 'no environment of api "stagin"'],
  [
    'a service that is not there',
    ['service: api, environment: recovery, from', 'service: apo, environment: recovery, from'],
    'no service "apo"',
  ],
  [
    'a freeze of nothing',
    ['within: 1m, environment: staging', 'within: 1m, environment: stag'],
    'no environment "stag"',
  ],
  ['an owner who is in no group', ['owner: keepers', 'owner: keeper'], 'no group "keeper"'],
  ['a way back that is not there', ['failBack: fail-back', 'failBack: fail-bak'], 'no runbook "fail-bak"'],
  ['a way back to itself', ['failBack: fail-back', 'failBack: fail-over'], 'leads back to itself'],
  ['a name that is a word of the command', ['  fail-over:', '  status:'], 'is a word for what to do'],
  [
    'a step of a kind that is not there',
    ['do: freeze', 'do: freez'],
    'steps.1.do: must be manual, deploy, verify, freeze, redirect, redirect-dns, failover, restore or announce, not "freez"',
  ],
  [
    'a key that belongs to another kind',
    ['do: announce,', 'do: announce, owner: U0ADA,'],
    'is not a key that belongs here',
  ],
])('%s is told', (_, [from, to], message) => {
  expect(GOOD).toContain(from);
  expect(findings(GOOD.replace(from ?? '', to ?? '')).join('\n')).toContain(message);
});
