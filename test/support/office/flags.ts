import type { Catalog } from '../../../src/core/catalog.ts';
import { Failed } from '../../../src/core/failure.ts';
import type { FlagState } from '../../../src/core/flag.ts';
import type { FlagService } from '../../../src/flag/flag.ts';

export type FakeFlags = {
  readonly service: FlagService;
  /** By key and environment as the service calls them: `new-checkout/live`. */
  readonly states: Map<string, FlagState>;
  /** Every change that was asked for, with its intent. */
  readonly sets: { readonly at: string; readonly wanted: FlagState; readonly intent: string }[];
  /** What the next changes do before or instead of what they should. */
  readonly troubles: ('refuse' | 'lose-answer' | 'lose-call' | 'somebody-else')[];
  isReachable: boolean;
};

/** A flag service that a test holds in its hands. */
export function openFakeFlags(first: Readonly<Record<string, FlagState>>, writing = true): FakeFlags {
  const states = new Map(Object.entries(first));
  const versions = new Map<string, number>();
  const bump = (at: string) => versions.set(at, (versions.get(at) ?? 1) + 1);
  const fail = (
    code: 'unavailable' | 'conflict' | 'rejected' | 'outcome-unknown' | 'not-found',
    message: string,
  ) => new Failed({ code, message, retryAfterMs: null });
  const fake: FakeFlags = {
    states,
    sets: [],
    troubles: [],
    isReachable: true,
    service: {
      name: 'flags',
      writing: writing ? { can: true, settleMs: 5_000 } : { can: false, say: 'it is only read here' },
      async look({ key, environment }) {
        const at = `${key}/${environment}`;
        const state = states.get(at);
        if (!fake.isReachable) throw fail('unavailable', 'the flag service does not answer');
        if (state === undefined) throw fail('not-found', `there is no ${at}`);
        return { ...state, version: String(versions.get(at) ?? 1), updatedBy: null, caveats: [] };
      },
      async set(intent, { key, environment }, wanted, seen) {
        const at = `${key}/${environment}`;
        if (!fake.isReachable) throw fail('unavailable', 'the flag service does not answer');
        fake.sets.push({ at, wanted, intent: intent.id });
        const trouble = fake.troubles.shift();
        if (trouble === 'refuse') throw fail('rejected', 'an approval of its own is wanted');
        if (trouble === 'lose-call') throw fail('outcome-unknown', 'nothing came back');
        if (trouble === 'somebody-else') bump(at);
        if (String(versions.get(at) ?? 1) !== seen) throw fail('conflict', `${key} was changed a moment ago`);
        const before = states.get(at);
        states.set(at, {
          isOn: wanted.isOn,
          rolloutPercent: wanted.rolloutPercent ?? before?.rolloutPercent ?? null,
        });
        bump(at);
        if (trouble === 'lose-answer') throw fail('outcome-unknown', 'nothing came back');
      },
    },
  };
  return fake;
}

/** The catalog with a flag that api and web read in production, and one that api alone reads everywhere. */
export function withFlags(catalog: Catalog): Catalog {
  const shared = { key: 'new-checkout', at: 'flags', environments: { production: 'live' } };
  const own = { key: 'dark-mode', at: 'flags', environments: { production: 'live', staging: 'test' } };
  return {
    ...catalog,
    flags: [{ name: 'flags', kind: 'fake', settings: {} }],
    services: catalog.services.map((service) => ({
      ...service,
      flags: service.name === 'api' ? [shared, own] : [shared],
    })),
  };
}
