import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { FlagState } from '../../core/flag.ts';
import { SecretReference } from '../../core/secret-reference.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import { SecretUrl } from '../../http/secret-url.ts';
import type { FlagKind, FlagPlace } from '../flag.ts';
import { changedSince, refused } from '../refuse.ts';
import { Feature, rolloutOf, standingOf } from './standing.ts';

const Settings = z.strictObject({
  baseUrl: SecretUrl.describe('where Unleash is, without /api'),
  project: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$/, 'must be the id of a project')
    .default('default')
    .describe('the id of the project'),
  token: SecretReference.describe(
    'reference to an admin or service-account token, such as env:UNLEASH_TOKEN',
  ),
});

const SETTLE_MS = 5_000;

/**
 * Flags of one Unleash project. Whether a flag is on and its percentage are two calls there: going up, the percentage comes
 * first, and going off, the switch does, so that nobody gets more in between than before or after.
 */
export const unleash: FlagKind = {
  id: 'unleash',
  summary: 'Unleash: on, off and the percentage of a flexibleRollout strategy',
  Settings,
  open(name, settings, around) {
    const { baseUrl, project, token } = Settings.parse(settings);
    const http = around.door({
      baseUrl,
      // As Unleash documents it: the token alone.
      authorize: async () => ({ authorization: await around.secret(token) }),
    });
    const featureAt = ({ key }: FlagPlace) => path`/api/admin/projects/${project}/features/${key}`;
    const read = (place: FlagPlace) => http.get(featureAt(place), Feature);

    return {
      name,
      writing: { can: true, settleMs: SETTLE_MS },
      look: async (place) => standingOf(await read(place), place),
      async set(_intent, place, wanted, seen) {
        const feature = await read(place);
        const standing = standingOf(feature, place);
        if (standing.version !== seen) throw changedSince(place.key, place.environment);
        const base = `${featureAt(place)}${path`/environments/${place.environment}`}`;
        const share = shareOf(feature, standing, wanted, place);
        const turn = wanted.isOn === standing.isOn ? null : () => switchTo(http, base, wanted.isOn);
        const put = share === null ? null : () => setShare(http, base, share);
        await both(wanted.isOn ? [put, turn] : [turn, put]);
      },
    };
  },
};

type Share = { readonly percent: number; readonly strategyId: string | null; readonly key: string };

/** Null where the percentage stays. @throws {Failed} `unsupported` where several strategies decide */
function shareOf(
  feature: Feature,
  standing: FlagState,
  { rolloutPercent }: FlagState,
  place: FlagPlace,
): Share | null {
  if (rolloutPercent === null || rolloutPercent === standing.rolloutPercent) return null;
  const { key } = place;
  if (!Number.isInteger(rolloutPercent)) throw refused('rejected', `Unleash takes whole percents for ${key}`);
  const rollout = rolloutOf(feature, place);
  if (rollout.kind === 'none') return { percent: rolloutPercent, strategyId: null, key };
  if (rollout.kind === 'one') return { percent: rolloutPercent, strategyId: rollout.id, key };
  throw refused('unsupported', `${key} cannot be given a percentage: ${rollout.say}`);
}

async function switchTo(http: Http, base: string, isOn: boolean): Promise<void> {
  const asked = { method: 'POST', path: `${base}/${isOn ? 'on' : 'off'}`, as: 'nothing' } as const;
  await http.send({ ...asked, Answer: z.undefined() });
}

/** The value is a string. */
async function setShare(http: Http, base: string, { percent, strategyId, key }: Share): Promise<void> {
  const rollout = String(percent);
  if (strategyId === null) {
    const parameters = { rollout, stickiness: 'default', groupId: key };
    await http.post(`${base}/strategies`, { name: 'flexibleRollout', parameters }, z.looseObject({}));
    return;
  }
  const patch = [{ op: 'replace', path: '/parameters/rollout', value: rollout }];
  await http.patch(`${base}${path`/strategies/${strategyId}`}`, patch, z.looseObject({}));
}

/** One after the other. When the second is refused something has been changed all the same, and that is said. */
async function both([first, second]: readonly ((() => Promise<void>) | null)[]): Promise<void> {
  await first?.();
  try {
    await second?.();
  } catch (error) {
    if (first == null || !(error instanceof Failed)) throw error;
    const message = `half of it was done, and then: ${error.failure.message}`;
    throw new Failed({ code: 'outcome-unknown', message, retryAfterMs: null });
  }
}
