import { Agent, get } from 'node:http';
import type { Surroundings } from '../surroundings.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 20, timeout: 4_000 });
const DEADLINE_MS = 2_000;

export type ApiOrders = {
  readonly orders: readonly { readonly id: number; readonly item: string; readonly cents: number }[];
};

/** Asks api through its own door, so that api's traffic is shared out as everybody's is. Null when it has no answer. */
export function askApi({ addressOf }: Surroundings): Promise<ApiOrders | null> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const asking = get(`${addressOf('api')}/orders`, { agent, signal }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', () => resolve(null));
      answer.on('end', () =>
        resolve(answer.statusCode === 200 ? read(Buffer.concat(pieces).toString()) : null),
      );
    });
    asking.on('error', () => resolve(null));
  });
}

function read(text: string): ApiOrders | null {
  try {
    const answer: unknown = JSON.parse(text);
    return isOrders(answer) ? answer : null;
  } catch {
    return null;
  }
}

function isOrders(answer: unknown): answer is ApiOrders {
  return typeof answer === 'object' && answer !== null && 'orders' in answer && Array.isArray(answer.orders);
}
