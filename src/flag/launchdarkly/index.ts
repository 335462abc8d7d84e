import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { path } from '../../http/path.ts';
import { SecretUrl } from '../../http/secret-url.ts';
import type { FlagIntent, FlagKind, FlagPlace } from '../flag.ts';
import { changedSince, refused } from '../refuse.ts';
import { instructionsOf } from './instructions.ts';
import { Flag, standingOf } from './standing.ts';

const BASE_URL = 'https://app.launchdarkly.com';

/** Limits are not published and only told in headers, which the door reads. */
const Settings = z.strictObject({
  project: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be the key of a project')
    .describe('the key of the project'),
  token: SecretReference.describe('reference to an access token, such as env:LAUNCHDARKLY_TOKEN'),
  baseUrl: SecretUrl.default(BASE_URL).describe(
    'where the API is: other hosts for the EU and federal instances',
  ),
});

/** How long after a lost call a reading may still show what was before. */
const SETTLE_MS = 5_000;
/** "Approval is required to make this request", and "Status conflict" (official description, `patchFeatureFlag`). */
const APPROVAL_REQUIRED = 405;
const CONFLICT = 409;

/**
 * Flags of one project, changed with semantic patches. The patch takes no version to be guarded by, so that the flag is
 * read once more right before it: of two who change it within that moment the later one is seen by `look`.
 */
export const launchdarkly: FlagKind = {
  id: 'launchdarkly',
  summary: 'LaunchDarkly: on, off and the percentage of the default rule',
  Settings,
  open(name, settings, around) {
    const { project, token, baseUrl } = Settings.parse(settings);
    const http = around.door({
      baseUrl,
      // The token stands alone: LaunchDarkly takes no scheme before it.
      authorize: async () => ({ authorization: await around.secret(token) }),
    });

    const read = ({ key, environment }: FlagPlace) =>
      http.get(path`/api/v2/flags/${project}/${key}`, Flag, { env: environment, summary: 'false' });

    async function patch({ key, environment }: FlagPlace, intent: FlagIntent, instructions: object[]) {
      const { status } = await http.send({
        method: 'PATCH',
        path: path`/api/v2/flags/${project}/${key}`,
        body: {
          type: 'application/json; domain-model=launchdarkly.semanticpatch',
          text: JSON.stringify({
            environmentKey: environment,
            comment: `${intent.comment} (${intent.id})`,
            instructions,
          }),
        },
        Answer: z.looseObject({}),
        okStatuses: [APPROVAL_REQUIRED, CONFLICT],
      });
      if (status === APPROVAL_REQUIRED) {
        throw refused('rejected', `LaunchDarkly wants an approval of its own for changes of ${environment}`);
      }
      if (status === CONFLICT) throw changedSince(key, environment);
    }

    return {
      name,
      writing: { can: true, settleMs: SETTLE_MS },
      look: async (place) => standingOf(await read(place), place),
      async set(intent, place, wanted, seen) {
        const flag = await read(place);
        const standing = standingOf(flag, place);
        if (standing.version !== seen) throw changedSince(place.key, place.environment);
        const instructions = instructionsOf(flag, standing, wanted, place);
        if (instructions.length > 0) await patch(place, intent, instructions);
      },
    };
  },
};
