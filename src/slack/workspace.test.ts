import { expect, test } from 'vitest';
import { principalOf, splitId, workspaceOf } from './workspace.ts';

const oauth = {} as NonNullable<Parameters<typeof principalOf>[0]['oauth']>;

test.each([
  ['a command', { team_id: 'T1' }, { team: 'T1', enterprise: null }],
  ['a command in an organisation', { team_id: 'T1', enterprise_id: 'E1' }, { team: 'T1', enterprise: 'E1' }],
  ['a press', { team: { id: 'T1' }, enterprise: null }, { team: 'T1', enterprise: null }],
  [
    'a press in an organisation',
    { team: { id: 'T1', enterprise_id: 'E1' } },
    { team: 'T1', enterprise: 'E1' },
  ],
  [
    'a press that belongs to no workspace',
    { team: null, enterprise: { id: 'E1' } },
    { team: null, enterprise: 'E1' },
  ],
  [
    'an event that was authorised for another workspace than it happened in',
    { team_id: 'T2', authorizations: [{ team_id: 'T1', enterprise_id: null }] },
    { team: 'T1', enterprise: null },
  ],
  ['something else', { team_id: 7, team: 'x' }, { team: null, enterprise: null }],
  ['nothing', null, { team: null, enterprise: null }],
])('of %s, the workspace is read: %j', (_, body, workspace) => {
  expect(workspaceOf(body)).toEqual(workspace);
});

test.each([
  ['the one workspace that there is', null, { team: 'T2', enterprise: null }, false, 'U1'],
  ['home', 'T1', { team: 'T1', enterprise: null }, true, 'U1'],
  ['home, which is an organisation', 'E1', { team: 'T1', enterprise: 'E1' }, true, 'U1'],
  ['another workspace', 'T1', { team: 'T2', enterprise: null }, true, 'T2/U1'],
  ['another organisation', 'T1', { team: 'T2', enterprise: 'E2' }, true, 'E2/U1'],
  ['anywhere, when no home is named', null, { team: 'T1', enterprise: null }, true, 'T1/U1'],
  ['a delivery from before there were several', 'T1', null, true, 'T/U1'],
])('somebody of %s is called what nobody else is', (_, homeTeam, workspace, isMany, principal) => {
  const configuration = { homeTeam, oauth: isMany ? oauth : null };
  expect(principalOf(configuration, workspace, 'U1')).toBe(principal);
});

test.each([
  ['C1', null, 'C1'],
  ['T0OTHER/C1', { team: 'T0OTHER', enterprise: null }, 'C1'],
  ['E0ORG/W1', { team: null, enterprise: 'E0ORG' }, 'W1'],
  ['os:ada', null, 'os:ada'],
])('%s is in its workspace', (written, workspace, id) => {
  expect(splitId(written)).toEqual({ workspace, id });
});
