import { request } from 'node:http';
import { connect as connectTo, type Socket } from 'node:net';
import type { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { type Answer, type Ask, type CallName, calls, Refused } from './protocol.ts';

/** Opens the connection for one call. Handed in, so that a test can stand in the line. */
export type Connect = (socketPath: string) => Socket;
export const connect: Connect = (socketPath) => connectTo(socketPath);

/** Nobody listens: the call was not sent. */
export class NotThere extends Error {
  override readonly name = 'NotThere';
}

/** Calls that change something: when their answer is lost, nobody knows whether they did. */
const mutating: ReadonlySet<CallName> = new Set(['release', 'route', 'retire', 'maintain']);

const ANSWER_BYTES_MAX = 32 * 1_024 * 1_024;

type Line = { readonly socketPath: string; readonly connect: Connect; readonly deadlineMs: number };

/**
 * One call to the runner, on a connection of its own, with a deadline over all of it.
 * @throws {NotThere} when nobody listens.
 * @throws {Failed} what the runner refuses; `outcome-unknown` when the answer to a change was lost, `unavailable` when
 * the answer to a question was, `misunderstood` when an answer to a question cannot be read.
 */
export async function call<Name extends CallName>(
  line: Line,
  name: Name,
  ask: Ask<Name>,
): Promise<Answer<Name>> {
  const { status, text } = await exchange(line, name, JSON.stringify(ask));
  const answer = fromJson(text);
  if (status !== 200) {
    const refused = Refused.safeParse(answer);
    throw refused.success ? new Failed(refused.data.failure) : unreadable(name, `status ${status}`);
  }
  const schema: z.ZodType<Answer<Name>> = calls[name].answer as never;
  const read = schema.safeParse(answer);
  if (!read.success) throw unreadable(name, read.error.message);
  return read.data;
}

function exchange(line: Line, name: CallName, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(line.deadlineMs);
    let isConnected = false;
    const fail = (error: Error) => {
      if (isConnected || signal.aborted) reject(lost(name, signal.aborted ? line.deadlineMs : null, error));
      else reject(new NotThere(error.message));
    };
    const createConnection = () => {
      const socket = line.connect(line.socketPath);
      socket.once('connect', () => {
        isConnected = true;
      });
      return socket;
    };
    const asking = request({ method: 'POST', path: `/${name}`, createConnection, signal });
    asking.on('error', fail);
    asking.on('response', (answer) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('error', fail);
      answer.on('data', (piece: Buffer) => {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes > ANSWER_BYTES_MAX) asking.destroy(new Error(`more than ${ANSWER_BYTES_MAX} bytes`));
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }),
      );
    });
    asking.end(body);
  });
}

function lost(name: CallName, afterMs: number | null, error: Error): Failed {
  const how = afterMs === null ? `broke off: ${error.message}` : `gave no answer within ${afterMs} ms`;
  const code = mutating.has(name) ? 'outcome-unknown' : 'unavailable';
  return new Failed({ code, message: `the runner ${how} (${name})`, retryAfterMs: 1_000 });
}

function unreadable(name: CallName, why: string): Failed {
  const code = mutating.has(name) ? 'outcome-unknown' : 'misunderstood';
  return new Failed({
    code,
    message: `the runner's answer to ${name} cannot be read: ${why}`,
    retryAfterMs: null,
  });
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
