import { Failed } from '../../core/failure.ts';
import type { RouterArm, RouterStanding } from '../router.ts';
import { oneLine, type ServerState, type Stat } from './table.ts';

/** Bits of `srv_admin_state`: by command, by the server that it follows, by a name that does not resolve, by its name. */
const MAINTENANCE = 0x01 | 0x02 | 0x20 | 0x40;
/** By command, by the server that it follows. */
const DRAIN = 0x08 | 0x10;
/** Set by haproxy.cfg at the start; says nothing of now. */
const HISTORY = 0x04;

/** One server as both tables have it. */
export type Server = { readonly state: ServerState; readonly stat: Stat };

/** @throws {Failed} `misunderstood` when the two do not speak of the same servers */
export function serversOf(states: readonly ServerState[], stats: readonly Stat[]): readonly Server[] {
  return states.map((state) => {
    const stat = stats.find(({ svname, type }) => svname === state.srv_name && type === '2');
    if (stat !== undefined) return { state, stat };
    throw misread(`it has no statistics of the server ${state.srv_name}`);
  });
}

export const isOut = ({ srv_admin_state }: ServerState) => (srv_admin_state & MAINTENANCE) !== 0;

/**
 * What each arm is to get: its weight among the weights of all that may get something. What is down loses its part to
 * the others for as long as it is down; the split that was asked for is the same, and `isUp` says the rest.
 * @throws {Failed} `not-found` for an arm that is no server there; `misunderstood` where weights do not decide
 */
export function standingOf(
  servers: readonly Server[],
  arms: Readonly<Record<string, string>>,
  frontDoor: string | null,
): RouterStanding {
  const total = servers.reduce((sum, server) => sum + weightOf(server), 0);
  const percentOf = (server: Server) => (total === 0 ? 0 : rounded((100 * weightOf(server)) / total));
  const ours = new Set(Object.values(arms));
  const elsewhere = servers.filter(({ state }) => !ours.has(state.srv_name));
  return {
    frontDoor,
    arms: Object.entries(arms).map(([arm, name]) => armOf(arm, serverNamed(servers, name), percentOf)),
    elsewherePercent: rounded(elsewhere.reduce((sum, server) => sum + percentOf(server), 0)),
  };
}

export function serverNamed(servers: readonly Server[], name: string): Server {
  const server = servers.find(({ state }) => state.srv_name === name);
  if (server !== undefined) return server;
  const message = `HAProxy has no server ${name} in that backend: look at its name in haproxy.cfg`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}

function weightOf({ state, stat }: Server): number {
  const mayGet = !isOut(state) && (state.srv_admin_state & DRAIN) === 0 && stat.bck === 0;
  return mayGet ? state.srv_uweight : 0;
}

function armOf(arm: string, server: Server, percentOf: (server: Server) => number): RouterArm {
  const { state, stat } = server;
  if (stat.bck !== 0) {
    throw misread(`${state.srv_name} is a backup server, which gets something only when all others are down`);
  }
  const known = MAINTENANCE | DRAIN | HISTORY;
  if ((state.srv_admin_state & ~known) !== 0) {
    throw misread(`${state.srv_name} is in the state ${state.srv_admin_state}, which we do not know`);
  }
  return {
    arm,
    trafficPercent: percentOf(server),
    isIn: !isOut(state),
    isUp: isUp(server),
    say: say(server),
  };
}

/** `no check` is what HAProxy says of a server that nobody looks after; one that is out is not looked after either. */
function isUp({ state, stat }: Server): boolean | null {
  if (isOut(state)) return null;
  if (stat.status === 'no check') return null;
  return (
    (state.srv_op_state === 'running' || state.srv_op_state === 'starting') && !/^NOLB/.test(stat.status)
  );
}

function say({ state, stat }: Server): string {
  if (stat.status === 'no check' && (state.srv_admin_state & DRAIN) === 0) return 'no check looks at it';
  return oneLine(`${stat.status} ${stat.check_status}`);
}

function misread(because: string): Failed {
  const message = `the shares at HAProxy cannot be told: ${because}`;
  return new Failed({ code: 'misunderstood', message, retryAfterMs: null });
}

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}
