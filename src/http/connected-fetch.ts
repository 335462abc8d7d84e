import type { Agent } from 'undici';
import type { Connect, Host } from './host.ts';

type Fetch = typeof globalThis.fetch;

/**
 * `fetch` over another way than the usual one. Node's own cannot be told the way by an Agent of another version of
 * undici than the one inside it, so both come from the package. Connections that nothing waits for keep no process up.
 */
export function connectedFetch(connect: NonNullable<Host['connect']>): Fetch {
  let last: { readonly spelling: string; readonly agent: Agent } | null = null;
  const agentFor = (way: Connect, { Agent }: typeof import('undici')): Agent => {
    const spelling = JSON.stringify(way);
    if (last?.spelling === spelling) return last.agent;
    // Whatever still goes over the way before is let finish.
    last?.agent.close().catch(() => undefined);
    last = { spelling, agent: new Agent({ connect: optionsOf(way) }) };
    return last.agent;
  };
  const send = async (url: string, init: object): Promise<unknown> => {
    const way = typeof connect === 'function' ? await connect() : connect;
    // Only whoever needs another way pays for it.
    const undici = await import('undici');
    return undici.fetch(url, { ...init, dispatcher: agentFor(way, undici) });
  };
  return (input, init) => send(String(input), init ?? {}) as Promise<Response>;
}

function optionsOf(way: Connect) {
  if ('socketPath' in way) return { socketPath: way.socketPath };
  const { ca, cert, key, serverName } = way;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
