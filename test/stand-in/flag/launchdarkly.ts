import { z } from 'zod';
import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';

/** Put together here, so that nothing that scans the repository takes it for a real one. */
export const LD_TOKEN = ['api-', '00000000-stand-in'].join('');
const [YES, NO] = ['yes-variation', 'no-variation'];

/** As `patchFeatureFlag` is documented: nothing else may stand in a semantic patch of ours. */
const Instruction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('turnFlagOn') }),
  z.strictObject({ kind: z.literal('turnFlagOff') }),
  z.strictObject({
    kind: z.literal('updateFallthroughVariationOrRollout'),
    variationId: z.enum([YES, NO] as [string, string]).optional(),
    rolloutWeights: z.record(z.string(), z.number().int().min(0).max(100_000)).optional(),
  }),
]);
const Patch = z.strictObject({
  environmentKey: z.string(),
  comment: z.string().optional(),
  instructions: z.array(Instruction).min(1),
});

export type LdConfig = {
  on: boolean;
  version: number;
  rules: unknown[];
  fallthrough: { variation: number } | { rollout: { variations: { variation: number; weight: number }[] } };
};
type State = {
  readonly configs: Map<string, LdConfig>;
  variations: { _id: string; value: unknown }[];
  isApprovalRequired: boolean;
};
export type LaunchDarkly = StandIn & { readonly state: State };

/** LaunchDarkly with one flag, `new-checkout`, in the project `shop`. Its description is not to be had. */
export async function openLaunchDarkly(): Promise<LaunchDarkly> {
  const state: State = {
    configs: new Map(['production', 'test'].map((name) => [name, config()])),
    variations: [
      { _id: YES, value: true },
      { _id: NO, value: false },
    ],
    isApprovalRequired: false,
  };
  const standIn = await openStandIn({ spec: null, basePath: '', handle: (call) => handle(state, call) });
  return { ...standIn, state };
}

function config(): LdConfig {
  return { on: false, version: 1, rules: [], fallthrough: { variation: 0 } };
}

function handle(state: State, call: Call): Answer {
  if (call.headers['authorization'] !== LD_TOKEN) return { status: 401, json: { code: 'unauthorized' } };
  if (call.path !== '/api/v2/flags/shop/new-checkout') return { status: 404, json: { code: 'not_found' } };
  if (call.method === 'GET') {
    const wanted = call.query.get('env');
    const environments = [...state.configs].filter(([name]) => wanted === null || name === wanted);
    return { status: 200, json: shown(state, environments) };
  }
  return call.method === 'PATCH' ? patch(state, call) : { status: 405 };
}

function shown(state: State, environments: [string, LdConfig][]) {
  return {
    key: 'new-checkout',
    kind: 'boolean',
    _version: 3,
    variations: state.variations,
    environments: Object.fromEntries(
      environments.map(([name, each]) => [
        name,
        {
          ...each,
          archived: false,
          lastModified: 1_700_000_000_000,
          targets: [],
          prerequisites: [],
          offVariation: 1,
        },
      ]),
    ),
  };
}

function patch(state: State, call: Call): Answer {
  // Another content type is another format, which ours would be nonsense in.
  const type = (call.headers['content-type'] ?? '').replaceAll(' ', '');
  if (!type.includes('application/json;domain-model=launchdarkly.semanticpatch')) {
    return { status: 400, json: { code: 'invalid_request', message: 'must be a JSON patch' } };
  }
  const asked = Patch.parse(JSON.parse(call.raw.toString('utf8')));
  const before = state.configs.get(asked.environmentKey);
  if (before === undefined) return { status: 404, json: { code: 'not_found' } };
  if (state.isApprovalRequired)
    return { status: 405, json: { code: 'forbidden', message: 'approval is required' } };
  const after = asked.instructions.reduce(carriedOut, before);
  state.configs.set(asked.environmentKey, { ...after, version: before.version + 1 });
  return { status: 200, json: shown(state, [...state.configs]) };
}

function carriedOut(before: LdConfig, instruction: z.infer<typeof Instruction>): LdConfig {
  if (instruction.kind === 'turnFlagOn') return { ...before, on: true };
  if (instruction.kind === 'turnFlagOff') return { ...before, on: false };
  const { variationId, rolloutWeights } = instruction;
  if ((variationId === undefined) === (rolloutWeights === undefined)) throw new Error('one of the two it is');
  if (variationId !== undefined)
    return { ...before, fallthrough: { variation: variationId === YES ? 0 : 1 } };
  const weights = rolloutWeights ?? {};
  const sum = Object.values(weights).reduce((all, weight) => all + weight, 0);
  if (sum !== 100_000) throw new Error(`the weights add up to ${sum}`);
  const variations = [YES, NO].map((id, variation) => ({ variation, weight: weights[id as string] ?? 0 }));
  return { ...before, fallthrough: { rollout: { variations } } };
}
