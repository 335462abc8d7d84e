import { Failed, type Failure } from '../../core/failure.ts';
import { nameSilence, nameStatus } from '../../http/name-failure.ts';

const SAID_MAX = 200;
/** "At least one minute", says GitHub's page about secondary limits, where no header says when. */
const SECONDARY_MS = 60_000;

type Asked = Parameters<typeof nameSilence>[0];

/** As far as we look into an error of Octokit's. It gives 500 to whatever got no answer, so only `response` tells. */
type Thrown = {
  readonly status?: unknown;
  readonly cause?: unknown;
  readonly response?: { readonly headers?: Readonly<Record<string, unknown>>; readonly data?: unknown };
};

/** The failure that an error of Octokit's stands for, in the words of our door. */
export function nameError(
  error: unknown,
  asked: Asked,
  around: { redact(text: string): string; nowMs(): number },
): Failed {
  if (error instanceof Failed) return error;
  const { status, response, cause } = Object(error) as Thrown;
  if (response === undefined || typeof status !== 'number') {
    return new Failed(nameSilence(asked, cause ?? error));
  }
  const said = oneLine(saidOf(response.data), around.redact);
  const headers = headersOf(response.headers ?? {});
  const failure = nameStatus(asked, { status, headers }, said, around.nowMs());
  return new Failed(isSecondary(status, said) ? { ...failure, ...waiting(failure, headers) } : failure);
}

/** GitHub turns away whoever asks too much at once with 403 and a sentence, and does not always say for how long. */
function isSecondary(status: number, said: string): boolean {
  return (status === 403 || status === 429) && /secondary rate limit/i.test(said);
}

function waiting({ retryAfterMs }: Failure, headers: Headers): Pick<Failure, 'code' | 'retryAfterMs'> {
  const isSaid = headers.has('retry-after') && retryAfterMs !== null;
  return { code: 'rate-limited', retryAfterMs: isSaid ? retryAfterMs : SECONDARY_MS };
}

function headersOf(headers: Readonly<Record<string, unknown>>): Headers {
  return new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));
}

function saidOf(data: unknown): string {
  const { message } = Object(data) as { readonly message?: unknown };
  return typeof message === 'string' ? message : typeof data === 'string' ? data : '';
}

function oneLine(said: string, redact: (text: string) => string): string {
  const line = redact(said.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim());
  return line.length > SAID_MAX ? `${line.slice(0, SAID_MAX)}…` : line;
}
