import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answering } from './child.ts';
import { typed } from './slash-command.ts';

/**
 * Types slash commands in Slack's place, from a process of its own, over kept connections. `closed` sends the next one
 * when one was answered; `open` sends at its own pace and never waits for an answer, so that a server that stalls cannot
 * hide it.
 */
export type Load =
  | { readonly kind: 'closed'; readonly url: string; readonly connections: number; readonly requests: number }
  | { readonly kind: 'open'; readonly url: string; readonly perSecond: number; readonly requests: number };

/** Milliseconds until each answer had come, and how many answers were not 200. */
export type Loaded = { readonly tookMs: readonly number[]; readonly refused: number };

/** Lets go of connections before the server does: a request into one that is being closed is lost. */
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 2_000 });

function send(url: string): Promise<number> {
  const { body, headers } = typed();
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

async function closed({ url, connections, requests }: Extract<Load, { kind: 'closed' }>): Promise<Loaded> {
  const tookMs: number[] = [];
  let refused = 0;
  let left = requests;
  const person = async () => {
    while (left > 0) {
      left -= 1;
      const sentAtMs = performance.now();
      if ((await send(url)) !== 200) refused += 1;
      tookMs.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, person));
  return { tookMs, refused };
}

async function open({ url, perSecond, requests }: Extract<Load, { kind: 'open' }>): Promise<Loaded> {
  const beginMs = performance.now();
  let refused = 0;
  const answers: Promise<number>[] = [];
  for (let index = 0; index < requests; index += 1) {
    const dueMs = beginMs + (index * 1_000) / perSecond;
    const inMs = dueMs - performance.now();
    if (inMs > 0) await sleep(inMs);
    const sentAtMs = performance.now();
    answers.push(
      send(url).then((status) => {
        if (status !== 200) refused += 1;
        return performance.now() - sentAtMs;
      }),
    );
  }
  return { tookMs: await Promise.all(answers), refused };
}

answering(
  async (load) => {
    const asked = load as Load;
    const loaded = await (asked.kind === 'closed' ? closed(asked) : open(asked));
    agent.destroy();
    return loaded;
  },
  async () => agent.destroy(),
);
