import { connect } from 'node:net';
import { Failed, type Failure } from '../../core/failure.ts';

/** Far more than the state of a few thousand servers. */
const ANSWER_CHARACTERS_MAX = 4 * 1_024 * 1_024;
const RETRY_MS = 5_000;

/** Says one line to HAProxy's runtime socket and hears the whole answer. Rejects with `Failed` and nothing else. */
export type Tell = (line: string, isChange: boolean) => Promise<string>;

/**
 * Without `prompt`, HAProxy answers one line and closes; what it answers ends with an empty line ("Unix Socket commands"
 * in its management guide), so that an answer without one has broken off.
 */
export function openSocket(address: string, deadlineMs: number): Tell {
  return async (line, isChange) => {
    const heard = await exchange(address, line, deadlineMs);
    if (typeof heard !== 'string') throw new Failed(named(address, isChange, heard));
    if (heard.endsWith('\n')) return heard;
    throw new Failed(named(address, isChange, { because: 'its answer broke off', wasSent: true }));
  };
}

type Silence = { readonly because: string; readonly wasSent: boolean };

function exchange(address: string, line: string, deadlineMs: number): Promise<string | Silence> {
  return new Promise((resolve) => {
    let heard = '';
    let wasSent = false;
    const socket = connect({ ...whereOf(address), signal: AbortSignal.timeout(deadlineMs) });
    socket.setEncoding('utf8');
    socket.once('connect', () => {
      wasSent = true;
      socket.write(`${line}\n`);
    });
    socket.on('data', (chunk) => {
      heard += chunk;
      if (heard.length > ANSWER_CHARACTERS_MAX) socket.destroy(new Error('its answer has no end'));
    });
    socket.once('end', () => resolve(heard));
    socket.once('error', (error) => resolve({ because: sayError(error), wasSent }));
    socket.once('close', () => resolve({ because: 'it hung up', wasSent }));
  });
}

function whereOf(address: string) {
  if (address.startsWith('/')) return { path: address };
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

function sayError(error: Error): string {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return 'the time was up';
  return code ?? error.message;
}

function named(address: string, isChange: boolean, { because, wasSent }: Silence): Failure {
  const where = `HAProxy at ${address}`;
  if (!wasSent) {
    const hint = because === 'EACCES' ? ' (this process may not open it)' : '';
    const message = `${where} could not be reached: ${because}${hint}`;
    return { code: 'unavailable', message, retryAfterMs: RETRY_MS };
  }
  const message = `${where} gave no whole answer: ${because}`;
  return { code: isChange ? 'outcome-unknown' : 'unavailable', message, retryAfterMs: RETRY_MS };
}
