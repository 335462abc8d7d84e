import { z } from 'zod';
import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';

/** Put together here, so that nothing that scans the repository takes it for a real one. */
export const UNLEASH_TOKEN = ['*:*.', 'stand-in-stand-in'].join('');

export type UnleashStrategy = {
  id: string;
  name: string;
  parameters: Record<string, string>;
  constraints: unknown[];
  disabled: boolean;
};
type Environment = { enabled: boolean; strategies: UnleashStrategy[] };
type State = { readonly environments: Map<string, Environment>; isChangeRequestNeeded: boolean };
export type Unleash = StandIn & { readonly state: State };

/** `createFeatureStrategySchema` and `patchesSchema` of Unleash, as far as we send them. */
const NewStrategy = z.strictObject({
  name: z.literal('flexibleRollout'),
  parameters: z.strictObject({ rollout: z.string(), stickiness: z.string(), groupId: z.string() }),
});
const Patches = z
  .array(
    z.strictObject({
      op: z.literal('replace'),
      path: z.literal('/parameters/rollout'),
      value: z.string().regex(/^\d{1,3}$/),
    }),
  )
  .length(1);

/** Unleash with one flag, `new-checkout`, in the project `default`. */
export async function openUnleash(): Promise<Unleash> {
  const state: State = {
    environments: new Map(
      ['production', 'development'].map((name) => [name, { enabled: false, strategies: [] }]),
    ),
    isChangeRequestNeeded: false,
  };
  const standIn = await openStandIn({ spec: null, basePath: '', handle: (call) => handle(state, call) });
  return { ...standIn, state };
}

const FEATURE = '/api/admin/projects/default/features/new-checkout';

function handle(state: State, call: Call): Answer {
  if (call.headers['authorization'] !== UNLEASH_TOKEN)
    return { status: 401, json: { name: 'AuthenticationRequired' } };
  if (!call.path.startsWith(FEATURE)) return no(404, 'NotFoundError');
  if (call.path === FEATURE) return { status: 200, json: shown(state) };
  const [, , name = '', what = '', id] = call.path.slice(FEATURE.length).split('/');
  const environment = state.environments.get(name);
  if (environment === undefined) return no(404, 'NotFoundError');
  if (state.isChangeRequestNeeded) return no(403, 'NoAccessError');
  return change(environment, what, id, call);
}

function change(environment: Environment, what: string, id: string | undefined, call: Call): Answer {
  if (call.method === 'POST' && (what === 'on' || what === 'off')) {
    // As Unleash does: what is switched on without any strategy gets one that is for everybody.
    if (what === 'on' && environment.strategies.length === 0) environment.strategies.push(strategy('100'));
    environment.enabled = what === 'on';
    return { status: 200 };
  }
  if (call.method === 'POST' && what === 'strategies' && id === undefined) {
    const { parameters } = NewStrategy.parse(call.body);
    const made = strategy(parameters.rollout);
    environment.strategies.push(made);
    return { status: 200, json: made };
  }
  const found = environment.strategies.find((each) => each.id === id);
  if (call.method !== 'PATCH' || what !== 'strategies' || found === undefined)
    return no(404, 'NotFoundError');
  const [patch] = Patches.parse(call.body);
  found.parameters['rollout'] = patch?.value ?? '';
  return { status: 200, json: found };
}

let made = 0;

export function strategy(rollout: string): UnleashStrategy {
  made += 1;
  return {
    id: `b4ad8f0e-0000-4000-8000-${String(made).padStart(12, '0')}`,
    name: 'flexibleRollout',
    parameters: { rollout, stickiness: 'default', groupId: 'new-checkout' },
    constraints: [],
    disabled: false,
  };
}

function shown({ environments }: State) {
  return {
    name: 'new-checkout',
    type: 'release',
    project: 'default',
    archived: false,
    environments: [...environments].map(([name, each]) => ({ name, type: name, sortOrder: 1, ...each })),
  };
}

function no(status: number, name: string): Answer {
  return { status, json: { id: 'e', name, message: `${name}: no` } };
}
