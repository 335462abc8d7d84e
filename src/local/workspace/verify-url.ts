import { bodyOf, isGood } from './deliver/deliver.ts';
import type { World } from './world.ts';

/** What Slack does when a request URL is saved: sends a challenge, and wants it back. */
export async function verifyUrl(world: World): Promise<boolean> {
  const challenge = world.ids.secret();
  const outcome = await world.deliver({
    kind: 'events_api',
    what: 'url_verification',
    payload: { token: 'verification-token-is-deprecated', challenge, type: 'url_verification' },
    retry: null,
  });
  if (!isGood(outcome)) return false;
  return outcome.body === challenge || bodyOf(outcome)?.['challenge'] === challenge;
}
