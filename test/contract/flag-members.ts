import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlagState } from '../../src/core/flag.ts';
import type { FlagAround, FlagPlace, FlagService } from '../../src/flag/flag.ts';
import { openFlags } from '../../src/flag/index.ts';
import { openDoorOut } from '../../src/http/door.ts';
import { redact } from '../../src/http/redact.ts';
import { LD_TOKEN, openLaunchDarkly } from '../stand-in/flag/launchdarkly.ts';
import { OFREP_TOKEN, openOfrep } from '../stand-in/flag/ofrep.ts';
import { openUnleash, strategy, UNLEASH_TOKEN } from '../stand-in/flag/unleash.ts';

/** One kind of flag service, for the suite that all of them pass. */
export type Member = { readonly name: string; open(): Promise<World> };

export type World = {
  readonly service: FlagService;
  /** A plain yes-or-no flag that is off. */
  readonly place: FlagPlace;
  /** Somebody else changes it, at the service itself. */
  somebodyElse(state: FlagState): Promise<void>;
  /** Several things decide, so that no one number does. */
  makeOpaque(): Promise<void>;
  /** The service wants people of its own to say yes; null where it knows no such thing. */
  readonly wantApproval: (() => void) | null;
  /** The next change is carried out, and its answer lost; null where there is nothing between us. */
  readonly loseAnswer: (() => void) | null;
  /** How many changes arrived. */
  changes(): number;
  close(): Promise<void>;
};

export function aroundFlags(token: string, folder = '/nowhere'): FlagAround {
  const clock = { nowMs: () => Date.now(), sleep: () => Promise.resolve() };
  return {
    door: openDoorOut({ clock, random: () => 0.5, redact }),
    secret: async () => token,
    folder,
    nowMs: clock.nowMs,
  };
}

const launchdarkly: Member = {
  name: 'launchdarkly',
  async open() {
    const ld = await openLaunchDarkly();
    const settings = { project: 'shop', token: 'env:LD', baseUrl: ld.url };
    const config = () => {
      const found = ld.state.configs.get('production');
      if (found === undefined) throw new Error('no such environment');
      return found;
    };
    return {
      service: openFlags({ name: 'ld', kind: 'launchdarkly', settings }, aroundFlags(LD_TOKEN)),
      place: { key: 'new-checkout', environment: 'production' },
      async somebodyElse({ isOn, rolloutPercent }) {
        const weight = (rolloutPercent ?? 100) * 1_000;
        const variations = [weight, 100_000 - weight].map((each, variation) => ({ variation, weight: each }));
        const version = config().version + 1;
        ld.state.configs.set('production', {
          ...config(),
          on: isOn,
          version,
          fallthrough: { rollout: { variations } },
        });
      },
      async makeOpaque() {
        ld.state.variations.push({ _id: 'third', value: 'maybe' });
      },
      wantApproval: () => {
        ld.state.isApprovalRequired = true;
      },
      loseAnswer: () => ld.failNext('lose-answer', { method: 'PATCH' }),
      changes: () => ld.calls({ method: 'PATCH' }).length,
      close: () => ld.close(),
    };
  },
};

const unleash: Member = {
  name: 'unleash',
  async open() {
    const server = await openUnleash();
    const environment = server.state.environments.get('production');
    if (environment === undefined) throw new Error('no such environment');
    return {
      service: openFlags(
        { name: 'unleash', kind: 'unleash', settings: { baseUrl: server.url, token: 'env:UNLEASH' } },
        aroundFlags(UNLEASH_TOKEN),
      ),
      place: { key: 'new-checkout', environment: 'production' },
      async somebodyElse({ isOn, rolloutPercent }) {
        environment.enabled = isOn;
        environment.strategies = [strategy(String(rolloutPercent ?? 100))];
      },
      async makeOpaque() {
        environment.strategies = [strategy('10'), strategy('20')];
      },
      wantApproval: () => {
        server.state.isChangeRequestNeeded = true;
      },
      loseAnswer: () => server.failNext('lose-answer', { method: ['POST', 'PATCH'] }),
      changes: () => server.calls({ method: ['POST', 'PATCH'] }).length,
      close: () => server.close(),
    };
  },
};

const file: Member = {
  name: 'file',
  async open() {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-flags-'));
    const put = (flag: object) =>
      writeFile(join(folder, 'production.json'), JSON.stringify({ flags: { 'new-checkout': flag } }));
    const variants = { on: true, off: false };
    await put({ state: 'DISABLED', variants, defaultVariant: 'on' });
    let changes = 0;
    const service = openFlags({ name: 'file', kind: 'file', settings: {} }, aroundFlags('', folder));
    return {
      service: {
        ...service,
        set: (...asked) => {
          changes += 1;
          return service.set(...asked);
        },
      },
      place: { key: 'new-checkout', environment: 'production' },
      somebodyElse: ({ isOn, rolloutPercent }) => {
        const share = rolloutPercent ?? 100;
        const fractional = Object.keys(variants).map((name, index) => [
          name,
          index === 0 ? share : 100 - share,
        ]);
        return put({
          state: isOn ? 'ENABLED' : 'DISABLED',
          variants,
          defaultVariant: 'on',
          targeting: { fractional },
        });
      },
      makeOpaque: () =>
        put({ state: 'DISABLED', variants, defaultVariant: 'on', targeting: { if: [true, 'on', 'off'] } }),
      wantApproval: null,
      loseAnswer: null,
      changes: () => changes,
      close: () => rm(folder, { recursive: true }),
    };
  },
};

/** Every kind that can be written. */
export const writers: readonly Member[] = [file, launchdarkly, unleash];

export async function openReader() {
  const server = await openOfrep();
  const settings = { addresses: { production: server.url }, token: 'env:OFREP' };
  const service = openFlags({ name: 'of', kind: 'openfeature', settings }, aroundFlags(OFREP_TOKEN));
  return { server, service, place: { key: 'new-checkout', environment: 'production' } };
}
