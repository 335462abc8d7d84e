import { healthOf } from './ground.ts';
import type { Node } from './node.ts';
import type { World } from './world.ts';

/** Asks the front door: whoever has the traffic answers. */
export function probe({ scheduler, random, platform }: World, node: Node, url: string) {
  const ground = platform.ground(url.slice('sim://'.length));
  return node.cross({
    label: `probe ${ground.id}`,
    isWork: true,
    thereMs: random.between(1, 20),
    backMs: random.between(1, 20),
    lost: null,
    act() {
      const nowMs = scheduler.nowMs();
      let left = random.between(0, 100);
      for (const release of ground.standing(nowMs)) {
        left -= release.trafficPercent;
        if (left < 0)
          return healthOf(release, nowMs) === 'healthy' ? { status: 200, version: release.version } : null;
      }
      return null;
    },
  });
}
