import { openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { anyOfDescription } from '../any-of.ts';

export const OFREP_TOKEN = 'stand-in-stand-in';
type State = { value: unknown; reason: string };
export type Ofrep = StandIn & { readonly state: State };

/** A server of OFREP, as flagd is one, with the flag `new-checkout`; held to the official description. */
export async function openOfrep(): Promise<Ofrep> {
  const state: State = { value: false, reason: 'STATIC' };
  const standIn = await openStandIn({
    // An answer with a value is one without, too: the description has both as alternatives.
    spec: anyOfDescription('openfeature-ofrep.yaml'),
    basePath: '',
    handle: (call) => {
      if (call.headers['authorization'] !== `Bearer ${OFREP_TOKEN}`) return { status: 401 };
      const key = call.path.split('/').at(-1);
      if (key !== 'new-checkout') return { status: 404, json: { key, errorCode: 'FLAG_NOT_FOUND' } };
      const { value, reason } = state;
      const variant = value === true ? 'on' : 'off';
      return { status: 200, json: { key, value, reason, variant, metadata: {} } };
    },
  });
  return { ...standIn, state };
}
