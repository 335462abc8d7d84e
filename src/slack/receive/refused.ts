import { refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { renderRefusal } from '../render/answer.ts';
import type { Message } from '../render/block.ts';

export const unreadable: Message = renderRefusal(
  refuse('bad-arguments', ['Slack delivered this in a form that could not be read, so nothing was done.'], {
    next: ['Type it again; if it happens again, tell whoever runs Slipway.'],
  }),
);

export const notServed: Message = renderRefusal(
  refuse('not-allowed', [
    'Slipway serves the people of its own workspace, and this did not come from there.',
  ]),
);

/** When the clock answers instead of us. */
export function tooSlow(reference: string): Message {
  return renderRefusal(
    refuse(
      'unavailable',
      ['This arrived, but could not be confirmed in time (', code(reference), '). It may still be taken.'],
      { next: ['Wait for an answer, or look with ', code('/deploy-status'), ', before you ask again.'] },
    ),
  );
}

export function broken(reference: string): Message {
  return renderRefusal(
    refuse('unavailable', ['This could not be taken because of a fault of ours (', code(reference), ').'], {
      next: ['Look with ', code('/deploy-status'), ' before you ask again.'],
    }),
  );
}
