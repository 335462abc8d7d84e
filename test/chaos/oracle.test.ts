import { expect, test } from 'vitest';
import { judge, type Seen } from './oracle.ts';

/** One deployment that went well, as the ledgers and the database have it, and what may be forged in it. */
function world() {
  const id = 'd-00000001';
  const release = `${id}/release.s1/staging/forward/1`;
  const event = (kind: string, more: object = {}) => ({ kind, ...more });
  const card = {
    text: 's1 v2 → staging. All is well.',
    isEphemeral: false,
    threadTs: null as string | null,
    blocks: [{ type: 'context', text: '✔ Deployed' }] as unknown[],
  };
  const post = (key: string) => ({
    channel: 'C0DEPLOYS',
    args: { metadata: { event_payload: { key, deployment_id: id } } },
  });
  const events = [
    event('planned'),
    event('effect-sent', { step: 'release', effect: release }),
    event('effect-settled', { step: 'release', effect: release }),
    event('finished', { because: 'every step succeeded' }),
  ];
  return {
    id,
    release,
    card,
    order: { service: 's1', version: 'v2', fate: 'v', isAccepted: true, heard: 'Taking s1@v2' },
    told: ['Taking s1@v2', 'Queued: s1 v2'],
    deployment: {
      id,
      service: 's1',
      version: 'v2',
      outcome: 'deployed',
      started: 1,
      ended: 2,
      hasReport: true,
    },
    more: [] as object[],
    events,
    posts: [post(`card/${id}`), post(`report/${id}`)],
    post,
    duplicates: [] as unknown[],
    outbox: [{ key: `card/${id}`, isWaiting: false, dropped: null as string | null }],
    inboxOpen: 0,
    begun: [{ place: 's1/staging', intentId: release, releaseId: 's1-v2-a' }],
    standing: [{ version: { name: 'v2' }, trafficPercent: 100, health: 'healthy' }],
  };
}
type World = ReturnType<typeof world>;

async function promisesBrokenIn(forge: (world: World) => unknown): Promise<string[]> {
  const forged = world();
  forge(forged);
  const journal = (events: World['events']) =>
    events.map((event, index) => ({ id: '', seq: index + 1, event }));
  const seen = {
    workspace: {
      messages: () => [forged.card],
      ledger: { posts: () => forged.posts, duplicates: () => forged.duplicates },
    },
    shop: { services: ['s1'], standing: async () => forged.standing, begun: () => forged.begun },
    people: { orders: [forged.order], told: () => forged.told },
    records: {
      deployments: [forged.deployment, ...forged.more].map((each) => ({
        ...each,
        journal: journal(forged.events),
      })),
      outbox: forged.outbox,
      inboxOpen: forged.inboxOpen,
    },
    isExcused: () => false,
  } as unknown as Seen;
  return [...new Set((await judge(seen)).map(({ promise }) => promise))];
}

test('where nothing was broken, nothing is found', async () => {
  expect(await promisesBrokenIn(() => undefined)).toEqual([]);
});

test.each<[string, (world: World) => unknown]>([
  ['no accepted order is lost', (it) => Object.assign(it.deployment, { version: 'v3' })],
  [
    'an order is carried out once',
    (it) => it.more.push({ ...it.deployment, id: 'd-00000002', started: 3, ended: 4 }),
  ],
  [
    'one deployment at a time at a target',
    (it) => it.more.push({ ...it.deployment, id: 'd-00000002', started: 1.5 }),
  ],
  ['nobody is left without a word', (it) => Object.assign(it.order, { heard: '' })],
  ['what was taken in is handled', (it) => Object.assign(it, { inboxOpen: 1 })],
  ['what is accepted ends', (it) => it.events.pop()],
  ['what ends has a report', (it) => Object.assign(it.deployment, { hasReport: false })],
  [
    'a call is settled before the next',
    (it) => it.events.splice(2, 1, { ...it.events[1]!, effect: 'another' } as never),
  ],
  ['a call has a name of its own', (it) => it.events.splice(3, 0, it.events[1]!)],
  ['every version gets what it deserves', (it) => Object.assign(it.deployment, { outcome: 'rolled-back' })],
  ['one card a deployment', (it) => it.posts.push(it.post(`card/${it.id}`))],
  ['one card a deployment', (it) => it.posts.shift()],
  ['one report a deployment', (it) => it.posts.push(it.post(`report/${it.id}`))],
  ['the card shows how it ended', (it) => Object.assign(it.card, { blocks: ['▶ Deploying'] })],
  ['nothing is posted twice', (it) => it.duplicates.push([it.posts[0], it.posts[0]])],
  [
    'what is shown exists',
    (it) =>
      it.posts.push({
        ...it.post('card/d-9'),
        args: { metadata: { event_payload: { key: 'card/d-9', deployment_id: 'd-9' } } },
      }),
  ],
  ['everything is told in the end', (it) => Object.assign(it.outbox[0]!, { isWaiting: true })],
  ['nothing is given up', (it) => Object.assign(it.outbox[0]!, { dropped: 'no channel' })],
  [
    'a call is written down before it is made',
    (it) => Object.assign(it.begun[0]!, { intentId: 'd-00000001/x/forward/9' }),
  ],
  ['no effect twice', (it) => it.begun.push({ ...it.begun[0]!, intentId: it.release.replace(/1$/, '2') })],
  [
    'what was said is what runs',
    (it) => it.standing.push({ version: { name: 'v1' }, trafficPercent: 0, health: 'healthy' }),
  ],
  ['what was said is what runs', (it) => Object.assign(it.standing[0]!, { trafficPercent: 40 })],
  ['what was said is what runs', (it) => it.standing.pop()],
])('%s, or it is found out', async (promise, forge) => {
  expect(await promisesBrokenIn(forge)).toContain(promise);
});
