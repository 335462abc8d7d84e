import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, cardsOf, ended, order, servingOf, threadOf } from './watching.ts';

let story: Story;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  story = await openStory({ configuration: SURE });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(() => story?.close());

/** One request in twenty to `api` v3 fails: among so many there is one of them, wherever one begins to count. */
const SURE = SHORT.replace('requestsMin: 5', 'requestsMin: 20').replace(
  'errorPercentMax: 2',
  'errorPercentMax: 1',
);

async function contentOf({ id }: { id: string }): Promise<string> {
  return (await fetch(`${story.url()}/page/file/${id}?user=U0ADA`)).text();
}

describe.sequential('one program, one day', () => {
  test('a deployment is acked, queued, shown in one card to its end, told in a thread and reported with files', async () => {
    const [ack, card] = await Promise.all([
      ada.sees(({ text }) => text.startsWith('Taking `/deploy-staging api@v2 ')),
      order(ada, () => ada.type('/deploy-staging api v2 --reason "the new total"'), 'api v2 → staging'),
    ]);
    expect(ack.isEphemeral).toBe(true);
    const queued = await ada.sees(({ text }) => text.startsWith('Queued: api v2 → staging, d-'));
    expect(queued.isEphemeral).toBe(true);
    const [, deploymentId = ''] = /(d-[0-9a-z]{8})/.exec(queued.text) ?? [];
    expect(buttonsOf(queued)).toEqual([`Open ${deploymentId}`]);
    expect(ben.messages().filter(({ isEphemeral }) => isEphemeral)).toEqual([]);

    const end = await ended(ada, card);
    expect(cardsOf(ada, 'api v2 → staging')).toHaveLength(1);
    expect(end.text).toMatch(/^api v2 → staging: deployed in \d/);
    expect(end.editedAt).not.toBeNull();
    expect(wordsOf(end)).toContain('✔ Deployed');
    expect(wordsOf(end)).toContain('All 8 steps done');
    expect(buttonsOf(end)).toEqual(['Roll back…', 'Logs', 'Report']);
    expect(end.blocks.map((block) => (block as { type: string }).type)).toContain('plan');

    const thread = threadOf(ada, end)
      .map(({ text }) => text)
      .join('\n');
    expect(thread).toMatch(/Plan [0-9a-f]{12}: Check: dependencies healthy → Start api v2 → /);
    expect(thread).toMatch(
      /Watch api v2 for 1 s: done in \d+ m?s \(the new version answers 0 % errors, .* over \d+ requests/,
    );
    expect(thread).toContain('5 of 5 answers came from v2');
    expect(await servingOf(ada, 'api')).toBe('v2');

    const { files } = threadOf(ada, end).find(({ files: sent }) => sent.length > 0) ?? { files: [] };
    expect(files.map(({ name }) => name)).toEqual(['report.md', 'report.json']);
    const [markdown = '', json = ''] = await Promise.all(files.map(contentOf));
    const report = JSON.parse(json);
    expect(report).toMatchObject({
      format: 'slipway/report/v1',
      deploymentId,
      phase: 'deployed',
      requestedBy: 'U0ADA',
      why: 'the new total',
      strategy: 'rolling',
      targets: [
        {
          id: 'api/staging',
          version: 'v2',
          before: 'v1',
          trafficPercent: 100,
          undo: { how: expect.stringMatching(/./), leaves: [expect.any(String)] },
          numbers: {
            before: { requests: expect.any(Number), errors: 0 },
            after: { requests: expect.any(Number), errors: 0 },
          },
        },
      ],
      problem: null,
      waived: [],
      notMeasured: [],
    });
    expect(report.planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(report.tasks).toHaveLength(8);
    for (const task of report.tasks) {
      expect(task.status).toBe('done');
      expect(task.endedAtMs).toBeGreaterThanOrEqual(task.startedAtMs);
    }
    expect(report.tasks.filter(({ verdict }: { verdict: unknown }) => verdict !== null)).toHaveLength(4);
    expect(markdown).toContain(`deployment ${deploymentId}`);
    expect(markdown).toContain('asked for by U0ADA: the new total');
    expect(markdown).toContain('version v2, before it v1');
    expect(markdown).toMatch(/numbers of the new version: \d+ requests, 0 % errors/);
    expect(markdown).toContain('taking it back:');
    expect(markdown).toContain('## Not measured');
  });

  test('what runs already is not deployed again, unless somebody insists', async () => {
    const told = await answerTo(ada, () => ada.type('/deploy-staging api v2'));
    expect(told.text).toContain('api v2 already serves all of staging.');
    expect(buttonsOf(told)).toEqual(['Deploy v2 again']);
    expect(cardsOf(ada, 'api v2 → staging')).toHaveLength(1);
    const card = await order(ada, () => ada.press(told, 'Deploy v2 again'), 'api v2 → staging');
    expect((await ended(ada, card)).text).toMatch(/: deployed in /);
  });

  test('a version that answers with errors is taken back, with the cause, the evidence and the buttons that help', async () => {
    const card = await ended(
      ada,
      await order(ada, () => ada.type('/deploy-staging api v3'), 'api v3 → staging'),
    );
    expect(card.text).toMatch(
      /^api v3 → staging: rolled back, after \d+ m?s\. api v3: .*the new version (?:answers|has) [2-9](\.\d+)? % errors.* over [\d,]+ requests.*\. Automatic deployments of api in staging are held\. What was done has been taken back: api v2 serves all the traffic\.$/,
    );
    expect(wordsOf(card)).toContain('Failed at step 4 of 8');
    const alert = threadOf(ada, card).find((message) => wordsOf(message).includes('↩ Rolled back: api v3'));
    // Nobody is called to the channel for staging.
    expect(alert?.isBroadcast).toBe(false);
    expect(wordsOf(alert ?? card)).toContain('↩ Rolled back: api v3 → staging');
    expect(alert?.text).toMatch(/% errors,/);
    expect(buttonsOf(alert ?? card)).toEqual(['I’ll take it', 'Logs', 'Report']);
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  test('a version that crashes at start leaves the old one alone and shows its last words', async () => {
    const card = await ended(
      ada,
      await order(ada, () => ada.type('/deploy-staging api v6'), 'api v6 → staging'),
    );
    expect(card.text).toContain('v6 did not stay up: exited with code 1');
    expect(wordsOf(card)).toContain('Start api v6: failed');
    expect(wordsOf(card)).toContain('cannot read the price list: LEDGER_URL is not set');
    const alert = threadOf(ada, card).find(({ isBroadcast }) => isBroadcast);
    expect(wordsOf(alert ?? card)).toContain('cannot read the price list: LEDGER_URL is not set');
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  test('the same version is not let through again unnoticed: who insists says so, and why', async () => {
    const refused = await answerTo(ada, () => ada.type('/deploy-staging api v6'));
    expect(refused.text).toMatch(
      /^api v6 was taken back in staging .+ ago by d-[0-9a-z]{8}: v6 did not stay up/,
    );
    expect(wordsOf(refused)).toContain('/deploy-staging api@v6 --reason "why" --again');
    expect(buttonsOf(refused)).toEqual([expect.stringMatching(/^Show d-/)]);
    const insisted = '/deploy-staging api@v6 --reason "LEDGER_URL is set now" --again';
    const card = await ended(ada, await order(ada, () => ada.type(insisted), 'api v6 → staging'));
    expect(card.text).toContain('rolled back');
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  test('a version that never gets healthy has failed within its deadline', async () => {
    const card = await ended(
      ada,
      await order(ada, () => ada.type('/deploy-staging api v7'), 'api v7 → staging'),
    );
    expect(card.text).toContain('v7 did not get healthy (GET /health answers 503) within 8 s');
    expect(wordsOf(card)).toContain('api v7 listens on port');
    expect(wordsOf(card)).toContain('xoxb-[redacted]');
    expect(await servingOf(ada, 'api')).toBe('v2');
  });

  test('a service is deployed after what it needs was asked how it is', async () => {
    const card = await ended(
      ada,
      await order(ada, () => ada.type('/deploy-staging web v2'), 'web v2 → staging'),
    );
    expect(card.text).toMatch(/: deployed in /);
    expect(wordsOf(card)).toContain('api');
    expect(await servingOf(ada, 'web')).toBe('v2');
  });
});
