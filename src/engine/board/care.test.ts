import { beforeEach, expect, test } from 'vitest';
import { type BoardWorld, boardCatalog, openBoardWorld } from '../../../test/support/board-world.ts';
import type { Answer, Reply } from '../../core/answer.ts';
import { careIdOfAlert, escalationAtFirst } from '../../core/care.ts';
import { plain } from '../../core/text.ts';
import type { ToldAlert } from '../../core/told-alert.ts';
import { alerts } from '../desk/alerts.ts';
import { noteAlert } from './alert.ts';
import { attendBoard, sheetFor } from './index.ts';

const MINUTE_MS = 60_000;
const escalation = {
  ...escalationAtFirst,
  critical: { afterMs: 5 * MINUTE_MS, to: ['C0ONCALL', 'S0ONCALL'] },
  high: { afterMs: 15 * MINUTE_MS, to: [] },
};
let world: BoardWorld;
beforeEach(() => {
  world = openBoardWorld({ ...boardCatalog, escalation });
});

const id = careIdOfAlert('pager/a1b2', 1);

function slow(more: Partial<ToldAlert> = {}): ToldAlert {
  return {
    from: 'pager',
    fingerprint: 'a1b2',
    isFiring: true,
    name: 'Slow',
    severity: 'page',
    summary: 'answers take long',
    scope: { service: 'api', environment: 'production' },
    startedAtMs: 1_000,
    ...more,
  };
}

const tell = (more?: Partial<ToldAlert>) => noteAlert(world.parts, slow(more));
const shown = async () => (await sheetFor(world.parts, { kind: 'alert', id: 'pager/a1b2' })) as Answer;
const words = ({ parts }: Answer) =>
  parts.flatMap((part) => (part.kind === 'text' || part.kind === 'note' ? [plain(part.text)] : [])).join(' ');
const buttons = ({ offers = [] }: Answer) => offers.map(({ command, text }) => `${command} ${text}`);
const take = (who: string, seen: number | null = null) =>
  alerts(world.visiting(who), { kind: 'take', id, seen });
const close = (who: string, why: string | null = null) =>
  alerts(world.visiting(who), { kind: 'close', id, why });
const said = (reply: Reply) =>
  reply.kind === 'refusal' ? `${reply.code}: ${plain(reply.message)}` : reply.sentence;
const spoken = async () =>
  (await world.told()).flatMap(({ content }) =>
    content.kind === 'word' ? [[content.to, plain(content.text), content.under]] : [],
  );
const recorded = async () =>
  (await world.store.ledger.read('desk', 0, 100)).map(({ text }) => JSON.parse(text) as { action: string });

test('an alert that nobody has says so, and one press takes it, which everybody reads and the record keeps', async () => {
  await tell();
  expect(words(await shown())).toContain(
    'Nobody has taken it yet. Those who come next are told 5 m after it began',
  );
  expect(buttons(await shown())).toContain(`deploy-health take ${id}`);
  expect(said(await take('U1'))).toBe('Slow for api in production: you have it.');
  expect(words(await shown())).toContain('@U1 has it, since 2026-11-20 09:00 UTC.');
  expect(buttons(await shown())).not.toContain(`deploy-health take ${id}`);
  expect(await spoken()).toEqual([
    [{ kind: 'environment', name: 'production' }, '@U1 takes it.', 'sheet/alert/pager/a1b2/1/production'],
  ]);
  expect(await recorded()).toContainEqual(
    expect.objectContaining({ action: 'alert-take', actor: expect.objectContaining({ id: 'U1' }) }),
  );
});

test('the same delivery twice takes it once', async () => {
  await tell();
  const visiting = world.visiting('U1', 'the-same');
  await alerts(visiting, { kind: 'take', id, seen: null });
  expect(said(await alerts(visiting, { kind: 'take', id, seen: null }))).toContain('you have it');
  expect((await spoken()).length).toBe(1);
});

test('who takes what somebody has is asked first, and takes over only from whom they saw', async () => {
  await tell();
  await take('U1');
  const asked = await take('U2');
  expect(said(asked)).toMatch(/^target-held: Slow for api in production: @U1 has it/);
  const [offer] = asked.kind === 'refusal' ? (asked.offers ?? []) : [];
  expect(offer).toMatchObject({ text: `take ${id} --seen 2`, confirm: { title: 'Take it over?' } });
  expect(said(await take('U2', 2))).toContain('you have it');
  expect((await spoken()).at(-1)?.[1]).toBe('@U2 has taken it over from @U1.');
  // Who saw U1 there does not take it from U2.
  expect(said(await take('U3', 2))).toMatch(/^target-held: .*@U2 has it/);
  expect((await recorded()).map(({ action }) => action)).toContain('alert-take-over');
});

test('only who has it says that it is resolved; the source may still fire, and says its own end', async () => {
  await tell();
  expect(said(await close('U1'))).toMatch(/^target-held: .*nobody has it/);
  await take('U1');
  expect(said(await close('U2'))).toMatch(/^target-held: .*@U1 has it/);
  expect(said(await close('U1', 'the disk was full'))).toBe('Slow for api in production: resolved.');
  expect((await shown()).title).toBe('Alert, said to be resolved');
  expect(words(await shown())).toContain('Resolved by @U1, 2026-11-20 09:00 UTC: the disk was full.');
  expect(said(await take('U2'))).toMatch(/^too-late/);
  await tell({ isFiring: false });
  expect((await shown()).title).toBe('Alert, over');
});

test('what its source ends is over, whoever had it, and the next time that it fires nobody has it', async () => {
  await tell();
  await take('U1');
  await tell({ isFiring: false });
  expect(words(await shown())).toContain('@U1 had it.');
  expect(said(await close('U1'))).toMatch(/^too-late/);
  await tell({ startedAtMs: 9_000 });
  expect(words(await shown())).toContain('Nobody has taken it yet.');
});

test('nobody took it in time: channel and group are called once, and a press there takes it', async () => {
  await tell();
  world.pass(5 * MINUTE_MS - 1);
  await attendBoard(world.parts);
  expect(await spoken()).toEqual([]);
  world.pass(1);
  await attendBoard(world.parts);
  await attendBoard(world.parts);
  world.pass(60 * MINUTE_MS);
  await attendBoard(world.parts);
  expect(await spoken()).toEqual([
    [{ kind: 'channel', id: 'C0ONCALL' }, 'Nobody has taken this for 5 m: Slow for api in production.', null],
    [
      { kind: 'environment', name: 'production' },
      '@S0ONCALL Nobody has taken this for 5 m: Slow for api in production.',
      'sheet/alert/pager/a1b2/1/production',
    ],
  ]);
  expect(words(await shown())).toContain('Those who come next were told, 2026-11-20 09:05 UTC.');
  expect(said(await take('U1'))).toContain('you have it');
});

test('what somebody has, or what is over, is told to nobody else', async () => {
  await tell();
  await tell({ fingerprint: 'cc', name: 'Full' });
  await take('U1');
  await tell({ fingerprint: 'cc', name: 'Full', isFiring: false });
  await world.told();
  world.pass(60 * MINUTE_MS);
  await attendBoard(world.parts);
  expect(await spoken()).toEqual([]);
});

test('where nobody comes next the alert says so, from the beginning', async () => {
  await tell({ severity: 'error' });
  expect(words(await shown())).toContain('Nobody is told besides: slipway.yml names nobody for this');
  world.pass(15 * MINUTE_MS);
  await world.told();
  await attendBoard(world.parts);
  expect(await spoken()).toEqual([]);
  expect(words(await shown())).toContain('Nobody is told besides');
});

test.each([
  ['page', 'critical'],
  ['P1', 'critical'],
  ['warning', 'medium'],
  ['info', 'low'],
  ['purple', 'high'],
  [null, 'high'],
])('a severity called %s is %s', async (severity, urgency) => {
  await tell({ severity });
  const sheet = await world.store.board.find({ kind: 'care', id });
  expect(sheet?.body).toMatchObject({ urgency });
});

test('the list says who has what, to whom may see it', async () => {
  await tell();
  const scope = { service: null, environment: null };
  const listed = (await alerts(world.visiting('U1'), { kind: 'list', scope })) as Answer;
  expect(listed.sentence).toBe('1 alert is open for everything; nobody has 1 of them.');
  expect(buttons(listed)).toEqual([`deploy-health take ${id}`]);
  await take('U1');
  const table = ((await alerts(world.visiting('U2'), { kind: 'list', scope })) as Answer).parts[0];
  expect(table).toMatchObject({
    rows: [[id, 'Slow for api in production', 'critical', expect.any(String), 'U1']],
  });
});
