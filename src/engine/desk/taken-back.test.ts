import { beforeEach, expect, test } from 'vitest';
import { begunBy, type Office, openOffice, said } from '../../../test/support/office/office.ts';
import type { DeployOrder } from '../../core/desk.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import { isRefusal } from '../../core/refusal.ts';
import { plain } from '../../core/text.ts';
import { endOf } from '../writing.ts';

let office: Office;
beforeEach(() => {
  office = openOffice();
});

const staging = { service: 'api', environment: 'staging' } as const;
const orders = (version: string, more: Partial<DeployOrder> = {}, who = 'U0ANN') =>
  office.during(office.as(who).deploy(office.order(version, { ...staging, ...more })));

/** As it is written when a version of ours has failed and everything is as before. */
async function takenBack(version: string): Promise<string> {
  const id = begunBy(await orders(version));
  const claim = await office.store.journal.claim(id, 'this', 60_000);
  if (claim === null) throw new Error('nobody holds it');
  const before = await office.deployment(id);
  const [step] = before.plan.steps;
  const failure = { code: 'unhealthy', message: 'it did not stay up', retryAfterMs: null } as const;
  const events: DeploymentEvent[] = [
    { kind: 'step-started', step: step?.id ?? '' },
    { kind: 'step-failed', step: step?.id ?? '', failure },
    { kind: 'finished', outcome: 'rolled-back', because: 'it did not stay up' },
  ];
  const end = { ...endOf(id, before, 'stopped'), outcome: 'rolled-back' } as const;
  expect(await office.store.journal.append(claim, before.seq, { events, notices: [], end })).toBe('written');
  return id;
}

test('a version that was taken back is not let through again unnoticed, and it is said who may and how', async () => {
  const id = await takenBack('v3');
  office.pass(12 * 60_000);
  const refused = await orders('v3');
  expect(said(refused)).toMatch(
    new RegExp(
      `^target-held: api v3 was taken back in staging 12 m( \\d+ s)? ago by ${id}: it did not stay up\\. Until `,
    ),
  );
  const next = isRefusal(refused) ? plain(refused.next ?? []) : '';
  expect(next).toContain('/deploy-production api@v3 --reason "why" --again, with your reason.');
  expect(isRefusal(refused) ? refused.offers?.map(({ text }) => text) : []).toEqual([id]);
});

test('insisting takes both the word and a reason', async () => {
  await takenBack('v3');
  expect(said(await orders('v3', { again: true }))).toMatch(/^target-held/);
  expect(said(await orders('v3', { why: 'the database is back' }))).toMatch(/^target-held/);
  begunBy(await orders('v3', { again: true, why: 'the database is back' }));
});

test('another version, another place and a later day are nobody’s business', async () => {
  await takenBack('v3');
  const elsewhere = await orders('v3', { environment: 'production' });
  expect(said(elsewhere)).not.toMatch(/^target-held/);
  office.pass(24 * 3_600_000);
  begunBy(await orders('v3'));
});

test('who breaks the glass passes: that is loud enough', async () => {
  await takenBack('v3');
  const breakGlass = { incident: 'INC-1', why: 'it burns in the kitchen' };
  expect(said(await orders('v3', { breakGlass }, 'U0BOB'))).not.toMatch(/^target-held/);
});
