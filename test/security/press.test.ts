import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ActorKind } from '../../src/core/person.ts';
import { whatOf } from '../../src/slack/receive/click.ts';
import { begunBy, grant, nothing, type Office, openOffice, planIn } from '../support/office/office.ts';
import { drawingOf } from '../support/slack/drawing.ts';
import { clickBody, deliver, openWorld, soon, type World } from '../support/slack/open-world.ts';

/** Every button and menu there is, and what it takes to have something done by it: written down by hand. */
const buttons: Record<
  string,
  (names: Names) => readonly { readonly value: string; readonly needs: string }[]
> = {
  run: ({ waiting, asking, plan, request }) => [
    { value: `deploy-approve ${waiting} --plan ${plan}`, needs: 'approve' },
    { value: `deploy-approve ${waiting} --reject --reason "no"`, needs: 'approve' },
    { value: `deploy-approve ${waiting}`, needs: 'approve' },
    { value: `deploy-production api@v4 --plan ${request}`, needs: 'deploy' },
    { value: 'deploy-staging web@v4', needs: 'deploy' },
    { value: `deploy-blue-green switch ${asking}`, needs: 'steer' },
    { value: `deploy-blue-green retire ${asking}`, needs: 'steer' },
    { value: `deploy-canary promote ${asking} --all`, needs: 'steer' },
    { value: `deploy-canary hold ${asking}`, needs: 'stop' },
    { value: `deploy-canary abort ${waiting}`, needs: 'stop' },
    { value: `deploy-canary back ${asking}`, needs: 'stop' },
    { value: `deploy-canary dismiss ${asking} --reason "no"`, needs: 'overrule' },
    { value: 'deploy-rollback api --env staging', needs: 'roll-back' },
    { value: 'deploy-status', needs: 'look' },
  ],
  // What changes something is never repeated by a button, whoever presses it.
  refresh: ({ waiting, plan }) => [
    { value: `deploy-approve ${waiting} --plan ${plan}`, needs: 'nobody' },
    { value: 'deploy-staging web@v4', needs: 'nobody' },
    { value: 'deploy-status api', needs: 'look' },
  ],
  share: ({ waiting, plan }) => [
    { value: `deploy-approve ${waiting} --plan ${plan}`, needs: 'nobody' },
    { value: 'deploy-staging web@v4', needs: 'nobody' },
    { value: 'deploy-status api', needs: 'look' },
  ],
  abort: ({ asking, waiting }) => [
    { value: asking, needs: 'stop' },
    { value: waiting, needs: 'stop' },
  ],
  hold: ({ asking }) => [{ value: asking, needs: 'stop' }],
  goOn: ({ asking }) => [{ value: asking, needs: 'steer' }],
  rollBack: ({ ended }) => [{ value: ended, needs: 'roll-back' }],
  resolve: ({ ended }) => [{ value: ended, needs: 'steer' }],
  logs: ({ ended }) => [{ value: ended, needs: 'look' }],
  details: ({ ended }) => [{ value: ended, needs: 'look' }],
  more: ({ asking, ended }) => [
    { value: `hold ${asking}`, needs: 'stop' },
    { value: `goOn ${asking}`, needs: 'steer' },
    { value: `rollBack ${ended}`, needs: 'roll-back' },
    { value: `logs ${ended}`, needs: 'look' },
    { value: `details ${ended}`, needs: 'look' },
    // Not on the menu: whoever asks for it by the menu has forged it.
    { value: `abort ${asking}`, needs: 'nobody' },
    { value: `resolve ${ended}`, needs: 'nobody' },
  ],
};

type Names = {
  readonly waiting: string;
  readonly asking: string;
  readonly ended: string;
  readonly plan: string;
  readonly request: string;
};

/** Links are opened by Slack itself, and choices in a form are read when it is sent. */
const unanswered = new Set(['link']);

type Presser = { readonly may: readonly string[]; readonly kind?: ActorKind; readonly team?: string };
const pressers: Record<string, Presser> = {
  U0ANN: { may: ['look', 'deploy', 'stop', 'steer', 'roll-back', 'approve'] },
  U0DAN: { may: ['look', 'deploy', 'stop', 'steer', 'roll-back'] },
  U0BOB: { may: ['look', 'approve'] },
  U0OUT: { may: [] },
  U0GUEST: { may: [], kind: 'guest' },
  U0BOT: { may: [], kind: 'bot' },
  U0GONE: { may: [], kind: 'deactivated' },
  U0UNSEEN: { may: [], kind: 'unknown' },
  U0AWAY: { may: [], kind: 'external' },
  // Of another workspace, with the very id of an approver here.
  'U0BOB ': { may: [], team: 'T2' },
  'U0DAN ': { may: [], team: 'T2' },
};

let office: Office;
let world: World;
let names: Names;
let isOpen: Promise<void>;

beforeEach(async () => {
  office = openOffice();
  for (const [id, { kind }] of Object.entries(pressers)) {
    if (kind !== undefined) office.accounts.set(id, { kind, groups: ['S0APPROVERS'] });
  }
  const strangers = ['U0GUEST', 'U0BOT', 'U0GONE', 'U0UNSEEN', 'U0AWAY'];
  const named = (['deployer', 'approver', 'operator', 'viewer'] as const).map((role) =>
    grant(role, strangers),
  );
  office.catalog = { ...office.catalog, grants: [...office.catalog.grants, ...named] };
  const staging = { environment: 'staging' } as const;
  const ended = begunBy(await office.as('U0ANN').deploy(office.order('v2', staging)));
  await office.visit(ended);
  const asking = begunBy(
    await office.as('U0ANN').deploy(office.order('v3', { ...staging, strategy: 'blue-green' })),
  );
  await office.visit(asking);
  const waiting = await office.request('v2');
  const plan = planIn(await office.as('U0BOB').approve({ ...nothing, deployment: waiting }));
  const request = planIn(await office.as('U0DAN').deploy(office.order('v4')));
  names = { waiting, asking, ended, plan, request };

  world = await openWorld();
  isOpen = Promise.resolve();
  Object.assign(world.needs, { directory: office.parts.directory });
  Object.assign(world.needs.reports, office.engine);
  Object.assign(world.store.outbox, { ref: async () => ({ channel: 'C1', ts: '1.1' }) });
  world.world.deskFor = (asking) => {
    const desk = office.engine.deskFor(asking);
    const waits = Object.entries(desk).map(([name, method]) => [
      name,
      typeof method !== 'function'
        ? method
        : async (...asked: never[]) => {
            await isOpen;
            return (method as (...asked: never[]) => unknown)(...asked);
          },
    ]);
    return Object.fromEntries(waits);
  };
});
afterEach(() => world.close());

/** Presses, is acked while the desk is still shut, and waits for what is said afterwards. */
async function press(who: string, actionId: string, value: string): Promise<string> {
  const { team = 'T1' } = pressers[who] ?? {};
  const user = { id: who.trim(), username: 'approved', team_id: team };
  const before = world.replies.length;
  let open = () => {};
  isOpen = new Promise((resolve) => {
    open = resolve;
  });
  const chosen = actionId.endsWith(':more')
    ? { actions: [{ type: 'overflow', action_id: actionId, selected_option: { value }, block_id: 'b' }] }
    : {};
  const acked = await deliver(world, clickBody(actionId, value, { user, team: { id: team }, ...chosen }));
  expect([actionId, value, acked.status]).toEqual([actionId, value, 200]);
  open();
  await soon(() => world.replies.length > before);
  return JSON.stringify(world.replies.slice(before));
}

describe('every button', () => {
  test('that can be drawn, and that can be pressed, is in the list of this test', () => {
    const folder = 'src/slack/render';
    const drawn = readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .flatMap((name) => [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/\$\{VERSION\}:([a-z]+)/gi)])
      .map(([, name = '']) => name)
      .filter((name) => name !== 'form');
    const table = readFileSync('src/slack/receive/click.ts', 'utf8');
    const pressed = [...table.matchAll(/^ {2}\['([a-zA-Z]+)', \(/gm)].map(([, name = '']) => name);
    expect([...pressed].toSorted()).toEqual(Object.keys(buttons).toSorted());
    for (const name of pressed) expect(whatOf(`v1:${name}`, 'hold d-7f3a9k2m'), name).not.toBeNull();

    const rendered = new Set<string>();
    for (let seed = 0; seed < 600; seed += 1) {
      const { blocks, plainer } = drawingOf(seed);
      for (const [, id = ''] of JSON.stringify([blocks, plainer]).matchAll(/"action_id":"([^"]*)"/g))
        rendered.add(id.split(':')[1] ?? id);
    }
    const all = new Set([...drawn, ...rendered]);
    expect(all.size).toBeGreaterThan(10);
    for (const name of all) expect([name, name in buttons || unanswered.has(name)]).toEqual([name, true]);
  });

  test.each(Object.keys(pressers))(
    'pressed by %s: no change by who may not, and always an answer',
    async (who) => {
      const { may } = pressers[who] as Presser;
      for (const [name, cases] of Object.entries(buttons)) {
        for (const { value, needs } of cases(names)) {
          const isAllowed = may.includes(needs);
          if (isAllowed && needs !== 'look') continue;
          const before = office.everything();
          const told = await press(who, `v1:${name}${name === 'run' ? ':0' : ''}`, value);
          expect([name, value, told.length > 10]).toEqual([name, value, true]);
          expect(office.everything(), `${name} ${value}`).toBe(before);
          if (may.length > 0 || value === 'deploy-status') continue;
          // Whoever has no business here is told nothing of what is there.
          const secrets = ['v1', 'v2', 'v3', 'rolled', 'switch', 'Waits', 'api', 'staging', 'production'];
          for (const secret of secrets.filter((word) => !value.includes(word)))
            expect([value, told]).toEqual([value, expect.not.stringContaining(secret)]);
        }
      }
    },
  );

  test('does what it says for who may', async () => {
    const own = await press('U0ANN', 'v1:run:0', `deploy-approve ${names.waiting} --plan ${names.plan}`);
    expect(own).toContain('You asked for this yourself');
    expect(
      await press('U0BOB', 'v1:run:0', `deploy-approve ${names.waiting} --plan ${names.plan}`),
    ).toContain('You approved');
    expect(await press('U0DAN', 'v1:run:0', `deploy-production api@v4 --plan ${names.request}`)).toContain(
      'Waits for approval',
    );
    expect(await press('U0DAN', 'v1:hold', names.asking)).toContain('is held');
    expect(await press('U0ANN', 'v1:more', `goOn ${names.asking}`)).toContain('goes on');
    expect(await press('U0DAN', 'v1:run:3', `deploy-blue-green switch ${names.asking}`)).toContain('Switch');
    expect(await press('U0ANN', 'v1:abort', names.asking)).toContain('is being stopped');
  });

  test.each(['U0DAN', 'U0BOB', 'U0OUT'])(
    'of another version, or forged, changes nothing: %s',
    async (who) => {
      const ids = [
        names.asking,
        names.waiting,
        'd-00000000',
        'd-zzzzzzzz',
        '',
        '../../x',
        `${names.asking}x`,
        '__proto__',
      ];
      const before = office.everything();
      for (const name of Object.keys(buttons)) {
        const [value = ''] = buttons[name]?.(names).map((each) => each.value) ?? [];
        for (const old of [
          `v0:${name}`,
          `v2:${name}:0`,
          name,
          `v1:${name.toUpperCase()}`,
          `V1:${name}`,
          'v1:constructor',
          'v1:',
        ]) {
          const told = await press(who, old, value);
          expect([old, told]).toEqual([old, expect.stringContaining('expired')]);
        }
      }
      for (const name of ['abort', 'hold', 'goOn', 'rollBack', 'resolve', 'logs', 'details'])
        for (const id of ids.slice(2)) {
          expect((await press(who, `v1:${name}`, id)).length).toBeGreaterThan(10);
          expect((await press(who, 'v1:more', `${name} ${id}`)).length).toBeGreaterThan(10);
        }
      expect(office.everything()).toBe(before);
    },
  );

  test('asks who presses anew at every press, and believes no payload but the signed one', async () => {
    await press(
      'U0BOB',
      'v1:run:0',
      `deploy-approve ${names.waiting} --plan ${names.plan} --reason "by U0ANN <@U0CAT>"`,
    );
    const [approval] = (await office.deployment(names.waiting)).people.approvals;
    expect(approval).toMatchObject({ by: 'U0BOB', person: 'bob' });
    expect(office.lookups).toContain('fresh U0BOB');
  });
});
