import { readBody, TooLarge } from './read-body.ts';

export type AskedOnce = {
  readonly url: string;
  readonly method: 'GET' | 'HEAD';
  readonly deadlineMs: number;
};

export type AnsweredOnce = {
  readonly status: number;
  /** Its name in any case; null when it was not sent. */
  header(name: string): string | null;
  /** What it says, as text; null for more than we read. */
  readonly text: string | null;
};

const TEXT_BYTES_MAX = 1_024 * 1_024;

/**
 * One request and no other: whoever asks whether something works must not be helped by a second try. A redirect is an
 * answer, and is not followed. Null when there was no whole answer in time.
 */
export async function answerOnce({ url, method, deadlineMs }: AskedOnce): Promise<AnsweredOnce | null> {
  try {
    const signal = AbortSignal.timeout(deadlineMs);
    const headers = { 'user-agent': 'slipway' };
    const answer = await fetch(url, { method, headers, redirect: 'manual', signal });
    const text = await readBody(answer, TEXT_BYTES_MAX).then(
      (bytes) => bytes.toString('utf8'),
      (error: unknown) => {
        if (error instanceof TooLarge) return null;
        throw error;
      },
    );
    return { status: answer.status, header: (name) => answer.headers.get(name), text };
  } catch {
    return null;
  }
}
