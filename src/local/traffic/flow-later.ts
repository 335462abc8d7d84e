import { targetId } from '../../core/names.ts';
import type { LocalPlatform } from '../../platform/index.ts';
import type { Traffic } from './index.ts';

type Place = { readonly service: string; readonly environment: string };

const LOOK_EVERY_MS = 2_000;

/**
 * Lets requests flow to places as soon as anything serves there, and not before: nobody asks for what is not there.
 * What it returns ends the looking and the flowing.
 */
export function flowLater(
  platform: LocalPlatform,
  places: readonly Place[],
  flow: (urls: readonly string[]) => Traffic,
): () => Promise<void> {
  const flowing: Traffic[] = [];
  let waiting = [...places];
  let round: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    for (const place of waiting) {
      if (!(await serves(platform, place))) continue;
      const url = await platform.urlOf(place);
      if (!waiting.includes(place)) continue;
      waiting = waiting.filter((each) => each !== place);
      flowing.push(flow([url]));
    }
  }

  const timer = setInterval(() => {
    // What cannot be asked now is asked again in a moment.
    round = round.then(look).catch(() => undefined);
  }, LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    waiting = [];
    await round;
    await Promise.all(flowing.map((traffic) => traffic.stop()));
  };
}

async function serves(platform: LocalPlatform, { service, environment }: Place): Promise<boolean> {
  const site = platform.site({ id: targetId(service, environment), address: { service } });
  return (await site.look()).releases.some(({ trafficPercent }) => trafficPercent > 0);
}
