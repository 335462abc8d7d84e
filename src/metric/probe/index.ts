import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { type Timed, timeRequest } from '../../http/time-request.ts';
import { metricKind } from '../kind.ts';
import { By, labelsOf } from '../label.ts';
import type { Asked, Cursor, Readings } from '../metric.ts';
import { Span, spanMs } from '../span.ts';
import { countedOf } from './count.ts';

/** Where we may ask: these addresses and what lies below them, and nothing else, whatever a target writes. */
const Allowed = z
  .string()
  .refine(isPlainAddress, 'must be an address such as https://shop.example.com')
  .describe('An address that may be asked, with everything below it.');

const Settings = z.strictObject({
  allow: z.array(Allowed).min(1).max(50),
  header: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,60}$/, 'must be the name of a header')
    .default('x-slipway-version')
    .describe('By which every answer says which version it comes from.'),
  every: Span(1_000, 300_000).default('5s').describe('There are no two rounds of requests sooner.'),
  timeout: Span(100, 10_000).default('2s').describe('A request that takes longer is not answered.'),
});
type Settings = z.output<typeof Settings>;

const Query = z.strictObject({
  url: z.string().refine(isPlainAddress, 'must be an address such as https://shop.example.com/health'),
  requests: z.number().int().min(1).max(50).default(20).describe('How many in each round.'),
  errorsFrom: z
    .number()
    .int()
    .min(300)
    .max(599)
    .default(500)
    .describe('Answers with this status or a higher one are errors.'),
  by: By.default('version').describe(
    'What the header says: the name of the version, its commit or the release.',
  ),
});
type Query = z.output<typeof Query>;

/** What a header can say. */
const SAYABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$/;
const AT_ONCE = 4;

/**
 * Asks the service itself, from here, while it is read. Few requests, seen from one place: weaker than what the service
 * counts by itself, and independent of it.
 */
export const probe = metricKind({
  id: 'probe',
  summary: 'Requests of our own, counted for the version that says it answered',
  Settings,
  Query,
  open(settings, { clock }) {
    return {
      async read(asked, cursor) {
        const { query } = asked;
        refuseForeign(query.url, settings.allow);
        const labels = labelsOf(asked, query.by, SAYABLE);
        if (!isDue(cursor, clock.nowMs(), spanMs(settings.every))) return { cursor, stretches: [], gaps: [] };
        const sinceMs = clock.nowMs();
        const answers = await askAll(query, settings);
        const durationMs = Math.max(1, clock.nowMs() - sinceMs);
        const counted = countedOf(answers, labels, query.errorsFrom, asked.canary.trafficPercent === 100);
        return readings(asked, counted, { atMs: sinceMs + durationMs, durationMs });
      },
    };
  },
});

const Remembered = z.object({ atMs: z.number() });

/** Whether another round is due. A clock that was set back does not keep anybody waiting for ever. */
function isDue(cursor: Cursor, nowMs: number, everyMs: number): boolean {
  const last = Remembered.safeParse(cursor).data?.atMs;
  return last === undefined || Math.abs(nowMs - last) >= everyMs;
}

function readings(
  { stable }: Asked,
  { canary, stable: other, latencyLimitsMs, gaps }: ReturnType<typeof countedOf>,
  at: { readonly atMs: number; readonly durationMs: number },
): Readings {
  const cursor = { atMs: at.atMs };
  if (canary.requests + other.requests === 0) return { cursor, stretches: [], gaps };
  return {
    cursor,
    stretches: [{ ...at, latencyLimitsMs, canary, stable: stable === null ? null : other }],
    gaps,
  };
}

/** A few at a time, so that we are no load by ourselves. */
async function askAll(
  { url, requests }: Query,
  { header, timeout }: Settings,
): Promise<readonly (Timed | null)[]> {
  const answers: (Timed | null)[] = [];
  for (let begun = 0; begun < requests; begun += AT_ONCE) {
    const some = Math.min(AT_ONCE, requests - begun);
    const timeoutMs = spanMs(timeout);
    const asking = Array.from({ length: some }, () => timeRequest(url, { header, timeoutMs }));
    answers.push(...(await Promise.all(asking)));
  }
  return answers;
}

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${hash}` === '';
}

/** @throws {Failed} `rejected` for an address that the settings do not allow; nothing is sent then */
function refuseForeign(url: string, allow: readonly string[]): void {
  const asked = new URL(url);
  const isAllowed = allow.some((each) => {
    const { origin, pathname } = new URL(each);
    const below = pathname.endsWith('/') ? pathname : `${pathname}/`;
    return asked.origin === origin && `${asked.pathname}/`.startsWith(below);
  });
  if (isAllowed) return;
  const message = `${asked.origin}${asked.pathname} is not among the addresses that may be asked`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}
