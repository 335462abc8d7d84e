import { planHash } from '../../../src/core/plan.ts';
import { planChanges, planParts } from '../../../src/core/plan-parts.ts';
import { reportOf } from '../../../src/core/report-of.ts';
import { threadLine } from '../../../src/core/tell.ts';
import { code } from '../../../src/core/text.ts';
import { approvalOffers } from '../../../src/core/waiting.ts';
import { checkBlocks } from '../../../src/local/workspace/blocks/validate.ts';
import { renderAnswer, renderRefusal } from '../../../src/slack/render/answer.ts';
import type { Message } from '../../../src/slack/render/block.ts';
import { renderCard } from '../../../src/slack/render/card.ts';
import { renderAlert, renderReport, renderThreadLine } from '../../../src/slack/render/report.ts';
import { diceOf, hostileText, randomAnswer, randomRefusal, randomReport } from './random-report.ts';
import { randomPlan, randomWaiting } from './random-waiting.ts';
import { complaints } from './refuse-blocks.ts';

/** Something to post for each seed, each kind in turn, out of hostile words. */
export function drawingOf(seed: number): Message {
  const dice = diceOf(seed);
  switch (seed % 9) {
    case 6: {
      const plan = randomPlan(dice);
      const hash = planHash(plan);
      const parts = planParts(plan, hash);
      const changes = planChanges(plan, randomPlan(dice));
      const [{ deployment } = never()] = randomWaiting(dice, 1);
      return renderAnswer({
        kind: 'answer',
        sentence: hostileText(dice),
        parts: [...parts, { kind: 'text', text: [changes.join('; ')] }],
        offers: approvalOffers('d-7f3a9k2m', deployment),
      });
    }
    case 7: {
      const { deployment } = randomWaiting(dice, 1 + dice.roll(10)).at(-1) ?? never();
      return renderCard(reportOf('d-7f3a9k2m', deployment));
    }
    case 8: {
      const told = randomWaiting(dice).flatMap(({ deployment, entry }) => {
        const line = threadLine(deployment, entry);
        return line === null ? [] : [line];
      });
      return renderThreadLine(...told);
    }
    case 0:
      return renderCard(randomReport(dice));
    case 1:
      return renderReport(randomReport(dice));
    case 2:
      return renderAlert(randomReport(dice));
    case 3:
      return renderRefusal(randomRefusal(dice));
    case 4: {
      const lines = Array.from({ length: 1 + dice.roll(8) }, () => [
        hostileText(dice),
        code(hostileText(dice)),
      ]);
      return renderThreadLine(...lines);
    }
    default: {
      const links = [
        { label: hostileText(dice), url: dice.pick(['https://deploy.example/p', hostileText(dice)]) },
      ];
      return renderAnswer(randomAnswer(dice), {
        asked: hostileText(dice),
        links,
        isPublic: dice.roll(4) === 0,
      });
    }
  }
}

function never(): never {
  throw new Error('a deployment has a beginning');
}

/** The local workspace judges one in so many as well: it is thorough, and slow. */
const JUDGED_ONE_IN = 5;
let taken = 0;
const message = { surface: 'message', isReadyImage: () => true } as const;

function problemsOf(blocks: Message['blocks']): string[] {
  return checkBlocks(blocks, '/blocks', message).map((problem) => JSON.stringify(problem));
}

/** @throws with what Slack would not take, or what would act in it */
export function expectTaken({ text, blocks, plainer }: Message): void {
  taken += 1;
  const isChecked = taken % JUDGED_ONE_IN === 0;
  for (const drawn of new Set([blocks, plainer])) {
    const found = [...complaints({ text, blocks: drawn }), ...(isChecked ? problemsOf(drawn) : [])];
    if (found.length > 0) throw new Error(found.join('\n'));
  }
}
