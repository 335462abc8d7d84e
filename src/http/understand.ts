import { Failed } from '../core/failure.ts';
import type { Ask } from './ask.ts';
import { type Asked, nameNonsense } from './name-failure.ts';

/** @throws {Failed} when the bytes are not what was agreed upon. */
export function understand<T>({ Answer, as = 'json' }: Ask<T>, bytes: Buffer, asked: Asked): T {
  const answer = Answer.safeParse(as === 'json' ? parse(bytes, asked) : raw(as, bytes));
  if (answer.success) return answer.data;
  const where = answer.error.issues
    .slice(0, 3)
    .map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`);
  throw new Failed(nameNonsense(asked, `unexpected at ${where.join(', ')}`));
}

/** As `understand`, for a status that is an answer by itself: what else it says may be anything. */
export function understandIfAny<T>(ask: Ask<T>, bytes: Buffer, asked: Asked): T | null {
  try {
    return understand(ask, bytes, asked);
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

function raw(as: 'text' | 'bytes' | 'nothing', bytes: Buffer): unknown {
  if (as === 'nothing') return undefined;
  return as === 'text' ? bytes.toString('utf8') : bytes;
}

function parse(bytes: Buffer, asked: Asked): unknown {
  const text = bytes.toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Failed(nameNonsense(asked, 'not JSON'));
  }
}
