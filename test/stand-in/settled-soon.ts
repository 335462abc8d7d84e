import type { Platform } from '../../src/platform/platform.ts';

/** Stand-ins show at once what they have taken, so that nobody has to wait before absence is believed. */
export function settledSoon(platform: Platform): Platform {
  return {
    ...platform,
    site(target, urgency) {
      const site = platform.site(target, urgency);
      return {
        ...site,
        async capabilities() {
          const said = await site.capabilities();
          return { ...said, once: { ...said.once, settleMs: 50 } };
        },
      };
    },
  };
}
