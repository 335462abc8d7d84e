import { code } from '../../../src/core/text.ts';
import { renderAnswer, renderRefusal } from '../../../src/slack/render/answer.ts';
import type { Message } from '../../../src/slack/render/block.ts';
import { renderCard } from '../../../src/slack/render/card.ts';
import { renderAlert, renderReport, renderThreadLine } from '../../../src/slack/render/report.ts';
import { diceOf, hostileText, randomAnswer, randomRefusal, randomReport } from './random-report.ts';
import { complaints } from './refuse-blocks.ts';

/** Something to post for each seed, each kind in turn, out of hostile words. */
export function drawingOf(seed: number): Message {
  const dice = diceOf(seed);
  switch (seed % 6) {
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

/** @throws with what Slack would not take, or what would act in it */
export function expectTaken({ text, blocks, plainer }: Message): void {
  for (const drawn of new Set([blocks, plainer])) {
    const found = complaints({ text, blocks: drawn });
    if (found.length > 0) throw new Error(found.join('\n'));
  }
}
