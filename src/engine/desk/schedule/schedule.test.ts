import { beforeEach, expect, test } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { type BoardWorld, openBoardWorld } from '../../../../test/support/board-world.ts';
import { everything } from '../../../../test/support/plans.ts';
import { understand } from '../../../command/index.ts';
import type { Part, Reply } from '../../../core/answer.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { plain } from '../../../core/text.ts';
import type { Site } from '../../../platform/platform.ts';
import { openDesk } from '../index.ts';

const site: Partial<Site> = {
  look: async () => ({ atMs: 0, frontDoor: null, releases: [] }),
  capabilities: async () => everything,
  versions: async () => ['v1', 'v2'].map((name) => ({ name, commit: null, note: null, createdAtMs: null })),
};

let world: BoardWorld;
beforeEach(() => {
  world = openBoardWorld(undefined, { siteOf: () => site as Site });
});

/** Types a line of `/deploy-schedule`, or of another command, as somebody who lives in a zone. */
async function types(
  text: string,
  zone: string | null = null,
  who = 'U1',
  name = 'deploy-schedule',
): Promise<Reply> {
  const { parts, visitor } = world.visiting(who);
  const understood = understand(commands, name, text);
  if (understood.kind !== 'prepared') throw new Error(JSON.stringify(understood));
  return understood.run(openDesk(parts, { ...visitor, actor: { ...visitor.actor, zone } }));
}

function linesOf(reply: Reply): string[] {
  if (isRefusal(reply)) return [plain(reply.message)];
  return reply.parts.flatMap((part: Part) => (part.kind === 'text' ? [plain(part.text)] : []));
}

async function begins(reply: Reply): Promise<string> {
  const [offer] = isRefusal(reply) ? [] : (reply.offers ?? []);
  const begun = await types(offer?.text ?? '');
  const [id] = isRefusal(begun) ? [] : (begun.deploymentIds ?? []);
  if (id === undefined) throw new Error(JSON.stringify(begun));
  return id;
}

test.each([
  [null, 'tomorrow 09:30', 'Saturday 21 Nov 09:30 UTC, in 1 d'],
  ['Europe/Berlin', 'tomorrow 09:30', 'Saturday 21 Nov 09:30 Europe/Berlin (08:30 UTC), in 23 h 30 m'],
  [
    'Europe/Berlin',
    'tomorrow 09:30 --tz asia/tokyo',
    'Saturday 21 Nov 09:30 Asia/Tokyo (00:30 UTC), in 15 h 30 m',
  ],
])('somebody in %s who says %s is shown %s', async (zone, words, echo) => {
  const [first] = linesOf(
    await types(`web@v2 --env staging ${words.replace(/^/, '--at "').replace(/( --tz.*)?$/, '"$1')}`, zone),
  );
  expect(first).toContain(`Starts: ${echo}`);
});

test('what will be frozen then is said before it is scheduled, and so is what else is to start there', async () => {
  const id = await begins(await types('web@v1 in 3h --env staging'));
  await types(
    'freeze all --when "tomorrow 08:00 4h" --reason "black friday"',
    null,
    'U8',
    'deploy-maintenance',
  );
  const said = linesOf(await types('web@v2 tomorrow 09:30 --env staging')).join('\n');
  expect(said).toMatch(/In the way then: .*black friday/);
  expect(said).toContain(`Also scheduled there: web v1 → staging (${id}), Friday 20 Nov 12:00 UTC`);
  const free = linesOf(await types('web@v2 tomorrow 13:30 --env staging')).join('\n');
  expect(free).not.toContain('In the way then');
});

test.each([
  ['2027-03-28 02:30', 'Clocks in Europe/Berlin skip that time. Which one is meant?'],
  ['2027-10-31 02:30', 'Clocks in Europe/Berlin show that time twice. Which one is meant?'],
])('%s is asked about, and both buttons are understood', async (words, question) => {
  const asked = await types(`web@v2 --env staging --at "${words}" --strategy rolling`, 'Europe/Berlin');
  expect(linesOf(asked)).toEqual([question]);
  const offers = isRefusal(asked) ? (asked.offers ?? []) : [];
  expect(offers).toHaveLength(2);
  const shown = await Promise.all(offers.map(({ text }) => types(text, 'Asia/Tokyo')));
  const times = shown.map((reply) => linesOf(reply)[0]);
  expect(new Set(times).size).toBe(2);
  for (const time of times) expect(time).toContain('Europe/Berlin');
});

test('the plan that was scheduled is the one that was shown, or it is shown anew', async () => {
  const shown = await types('web@v2 in 3h --env staging');
  const text = isRefusal(shown) ? '' : (shown.offers?.[0]?.text ?? '');
  const changed = await types(text.replace(/--plan \S+/, '--plan 000000000000'));
  expect(changed).toMatchObject({ kind: 'refusal', code: 'plan-changed' });
});

test('who may not deploy there learns nothing of when it could be', async () => {
  const refused = await types('web@v2 --at "2027-03-28 02:30" --env staging', 'Europe/Berlin', 'U9');
  expect(refused).toMatchObject({ kind: 'refusal', code: 'not-allowed' });
});
