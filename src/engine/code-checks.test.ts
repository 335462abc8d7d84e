import { expect, test } from 'vitest';
import { openOffice } from '../../test/support/office/office.ts';
import { Failed } from '../core/failure.ts';
import { isRefusal } from '../core/refusal.ts';
import { plain } from '../core/text.ts';

const unreadable = async () => {
  throw new Failed({ code: 'unavailable', message: 'the source is down', retryAfterMs: null });
};
const said = 'checks of the code: not known, because they could not be read: the source is down';

async function shownOf(office: ReturnType<typeof openOffice>, environment = 'production'): Promise<string> {
  const reply = await office.as('U0ANN').deploy(office.order('v2', { environment }));
  if (isRefusal(reply)) return plain(reply.message);
  const facts = reply.parts.flatMap((part) => (part.kind === 'facts' ? part.facts : []));
  return facts.map(({ name, value }) => `${name}: ${plain(value)}`).join('\n');
}

test('a plan says that the checks of its code are not known, and why', async () => {
  const office = openOffice();
  expect(await shownOf(office)).not.toContain('checks of the code');
  office.source = { checks: unreadable };
  expect(await shownOf(office)).toContain(said);
  office.source = {};
  expect(await shownOf(office)).toContain('checks of the code: not known, because nothing is checked');
  office.source = { checks: async () => ({ state: 'pass', failing: [], because: 'all passed' }) };
  expect(await shownOf(office)).not.toContain('checks of the code');
  office.source = { checks: async () => ({ state: 'fail', failing: ['unit'], because: '' }) };
  expect(await shownOf(office)).toBe('The checks of v2 are red: unit.');
});

test('a version that names no commit cannot be looked up, and the plan says so', async () => {
  const office = openOffice();
  office.source = { checks: unreadable };
  office.world.versions.splice(0, 9, { name: 'v2', commit: null, note: null, createdAtMs: null });
  expect(await shownOf(office)).toContain('not known, because v2 names no commit');
});

test('a fault of the program is not taken for checks that are not known', async () => {
  const office = openOffice();
  office.source = { checks: async () => Promise.reject(new TypeError('a fault of ours')) };
  await expect(shownOf(office)).rejects.toThrow('a fault of ours');
});

test('a source that is down when an approved deployment starts keeps it waiting, and no approval is lost', async () => {
  const office = openOffice();
  office.source = { checks: async () => ({ state: 'pass', failing: [], because: 'all passed' }) };
  const id = await office.request();
  await office.approve(id);
  office.source = { checks: unreadable };
  await office.visit(id);
  const { people } = await office.deployment(id);
  expect(people.hindrance).toBe('its checks could not be read: the source is down');
  expect(people.approvals).toHaveLength(1);
  expect(await office.kinds(id)).not.toContain('replanned');
});
