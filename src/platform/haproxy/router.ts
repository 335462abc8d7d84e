import type { Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import type { Counters } from '../platform.ts';
import type { Router } from '../router.ts';
import type { RouterAddress } from './address.ts';
import type { Tell } from './socket.ts';
import { isOut, serverNamed, serversOf, standingOf } from './standing.ts';
import { oneLine, readServers, readStats, type Stat } from './table.ts';
import { commandsFor, STEP_PERCENT, type Wanted, wantedOf } from './weights.ts';

/** Ways to balance that take a weight at run time ("balance" in the configuration manual), and whether it is exact. */
const weighed: ReadonlyMap<string, 'exact' | 'about'> = new Map([
  ['roundrobin', 'exact'],
  ['leastconn', 'about'],
  ['random', 'about'],
]);

export type RouterParts = { readonly tell: Tell; readonly nowMs: () => number };

/** The servers of one backend, as arms. */
export function openRouter({ backend, arms, url }: RouterAddress, { tell, nowMs }: RouterParts): Router {
  const names = Object.keys(arms);
  const serverOf = (arm: string) => `${backend}/${arms[arm]}`;

  const stats = async () => readStats(await tell(`show stat ${backend} 6 -1`, false), backend);
  const servers = async () => {
    const states = readServers(await tell(`show servers state ${backend}`, false), backend);
    return serversOf(states, await stats());
  };

  return {
    async capabilities() {
      const whole = (await stats()).find(({ type }) => type === '1');
      return { traffic: trafficOf(whole), metrics: metricsOf(whole) };
    },
    look: async () => standingOf(await servers(), arms, url ?? null),
    async set(shares) {
      const wanted = wantedOf(shares, names);
      const before = await servers();
      for (const name of Object.values(arms)) serverNamed(before, name);
      const commands = commandsFor(wanted, serverOf);
      refuseUnlessTaken(await tell(commands.join(';'), true), commands.length);
      const states = readServers(await tell(`show servers state ${backend}`, true), backend);
      const missed = wanted.find(({ arm, weight, isIn }) => {
        const state = states.find(({ srv_name }) => srv_name === arms[arm]);
        return state === undefined || state.srv_uweight !== weight || isOut(state) === isIn;
      });
      if (missed !== undefined) throw new Failed(notTaken(missed));
    },
    async measure(arm) {
      const line = (await stats()).find(({ svname, type }) => type === '2' && svname === arms[arm]);
      return line === undefined ? null : countersOf(line, nowMs());
    },
  };
}

function trafficOf(whole: Stat | undefined): Capabilities['traffic'] {
  const way = weighed.get(whole?.algo ?? '');
  if (way === undefined) {
    const algo = oneLine(whole?.algo ?? '') || 'nothing that it tells';
    const say = `HAProxy balances that backend by ${algo}, which takes no weights while it runs: give it “balance roundrobin” in haproxy.cfg.`;
    return { can: false, why: 'not-configured', say };
  }
  return {
    can: true,
    how: { kind: 'weights', stepPercent: STEP_PERCENT, settleMs: 0 },
    caveats: [
      'weights live in the running HAProxy: when it is reloaded or started again, those of haproxy.cfg count again unless it keeps a state file',
      'cookies, stick tables and use-server rules come before weights, and keep people where they are',
      ...(way === 'exact' ? [] : [`it balances by ${whole?.algo}, so shares are only about right`]),
    ],
  };
}

function metricsOf(whole: Stat | undefined): Capabilities['metrics'] {
  if (whole?.mode !== 'http') {
    const say =
      'HAProxy reads no HTTP in that backend, so it counts connections and no errors: give it “mode http”.';
    return { can: false, why: 'not-configured', say };
  }
  return {
    can: true,
    how: { signals: ['requests', 'errors'], splitBy: 'version' },
    caveats: [
      'HAProxy counts by server and begins at zero when it is reloaded',
      'how long answers took is not among them: HAProxy keeps only an average of the last 1024',
    ],
  };
}

/** As many empty answers as commands are a yes. @throws {Failed} for anything else, part of which may have been done */
function refuseUnlessTaken(answer: string, commands: number): void {
  if (answer === '\n'.repeat(commands)) return;
  const said = answer.split('\n').filter((line) => line !== '');
  if (said.length === commands && said.every((line) => /^Permission denied/.test(line))) {
    const message = 'HAProxy lets nobody change servers over this socket: it has to have “level admin”';
    throw new Failed({ code: 'unauthorized', message, retryAfterMs: null });
  }
  const message = `HAProxy did not take the split as a whole: ${oneLine(said.join(' ')) || 'it said too little'}`;
  throw new Failed({ code: 'outcome-unknown', message, retryAfterMs: 1_000 });
}

function notTaken({ arm, weight, isIn }: Wanted) {
  const message = `HAProxy took the split, and ${arm} is not ${isIn ? `in with a weight of ${weight}` : 'out'}: somebody else changes it, too`;
  return { code: 'outcome-unknown', message, retryAfterMs: 1_000 } as const;
}

/** Whoever got no answer from a server counts as an error of it: `econ` no connection, `eresp` no whole answer. */
function countersOf(line: Stat, atMs: number): Counters {
  const answered =
    line.hrsp_1xx + line.hrsp_2xx + line.hrsp_3xx + line.hrsp_4xx + line.hrsp_5xx + line.hrsp_other;
  const unanswered = line.econ + line.eresp;
  return {
    atMs,
    requests: answered + unanswered,
    errors: line.hrsp_5xx + unanswered,
    latencyBuckets: [],
    cpuPercent: null,
    memoryMb: null,
  };
}
