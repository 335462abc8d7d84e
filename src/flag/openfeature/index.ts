import { z } from 'zod';
import { hashOf } from '../../core/canonical.ts';
import { SecretReference } from '../../core/secret-reference.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import { BareUrl, IN_THE_CLEAR, keepsSecrets } from '../../http/secret-url.ts';
import type { FlagKind, FlagPlace, FlagStanding } from '../flag.ts';
import { refused } from '../refuse.ts';

const Settings = z
  .strictObject({
    addresses: z
      .record(z.string().min(1).max(100), BareUrl)
      .refine((addresses) => Object.keys(addresses).length > 0, 'needs one address at least')
      .describe('where each environment is asked: everything before /ofrep/v1'),
    token: SecretReference.optional().describe('reference to a bearer token, such as env:OFREP_TOKEN'),
    targetingKey: z.string().min(1).max(200).default('slipway').describe('for whom it is asked'),
  })
  .refine(
    ({ addresses, token }) => token === undefined || Object.values(addresses).every(keepsSecrets),
    IN_THE_CLEAR,
  );

/** `serverEvaluationSuccess` of the protocol, without a value where the code's own default is meant. */
const Evaluation = z.object({
  key: z.string(),
  value: z.unknown().optional(),
  reason: z.string().optional(),
  variant: z.string().optional(),
});

const WRITING = {
  can: false,
  say: 'OpenFeature evaluates flags and has no way to change them: flagd and its like are changed where their source is kept',
} as const;

/** Reads flags with OFREP, the evaluation protocol of OpenFeature, which flagd and others speak. */
export const openfeature: FlagKind = {
  id: 'openfeature',
  summary: 'OpenFeature (OFREP), for reading alone',
  Settings,
  open(name, settings, around) {
    const { addresses, token, targetingKey } = Settings.parse(settings);
    const doors = new Map<string, Http>();

    function doorTo({ environment }: FlagPlace): Http {
      const baseUrl = addresses[environment];
      if (baseUrl === undefined) throw refused('not-found', `${name} has no address for ${environment}`);
      const known = doors.get(environment);
      if (known !== undefined) return known;
      const authorize = async (): Promise<Readonly<Record<string, string>>> =>
        token === undefined ? {} : { authorization: `Bearer ${await around.secret(token)}` };
      const http = around.door({ baseUrl, authorize });
      doors.set(environment, http);
      return http;
    }

    return {
      name,
      writing: WRITING,
      async look(place) {
        const { value } = await doorTo(place).send({
          method: 'POST',
          path: path`/ofrep/v1/evaluate/flags/${place.key}`,
          body: { json: { context: { targetingKey } } },
          isRead: true,
          Answer: Evaluation,
        });
        return standingOf(value, place, targetingKey);
      },
      async set() {
        throw refused('unsupported', WRITING.say);
      },
    };
  },
};

function standingOf(
  evaluation: z.infer<typeof Evaluation>,
  { key }: FlagPlace,
  targetingKey: string,
): FlagStanding {
  const { value, reason, variant } = evaluation;
  const isOff = reason === 'DISABLED' || value === undefined;
  if (!isOff && typeof value !== 'boolean') {
    throw refused('misunderstood', `${key} answers with something else than yes or no`);
  }
  return {
    isOn: !isOff && value === true,
    rolloutPercent: null,
    version: hashOf('slipway/ofrep/v1', [isOff ? null : value, variant ?? null]).slice(0, 16),
    updatedBy: null,
    caveats: [
      isOff
        ? 'nothing is decided there: whatever the code falls back on is what everybody gets'
        : `it is what ${targetingKey} gets, which need not be what everybody gets`,
    ],
  };
}
