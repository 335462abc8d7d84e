import { z } from 'zod';
import type { AnsweredOnce } from '../../http/answer-once.ts';
import { defineGate, type Subject } from '../gate.ts';
import { SafeAddress, Time } from '../words.ts';
import { faultOf, judgeAll, type Tried, type Wanted } from './judge.ts';

const HeaderName = z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header');

/** Below the service's own address, whatever stands in it: no other host can be named by it. */
const Path = z
  .string()
  .max(1_000)
  .regex(/^\/(?![/\\])[^\s#\\]*$/, 'must begin with one slash, such as /health');

const Request = z
  .strictObject({
    path: Path,
    method: z.enum(['GET', 'HEAD']).default('GET'),
    status: z.number().int().min(100).max(599).default(200),
    contains: z.string().min(1).max(1_000).optional(),
    headers: z
      .record(HeaderName, z.string().min(1).max(1_000))
      .default({})
      .describe('What each has to contain.'),
    versionHeader: HeaderName.optional().describe('Has to name the version, such as x-slipway-version.'),
  })
  .refine(({ method, contains }) => method === 'GET' || contains === undefined, {
    error: 'an answer to HEAD says nothing that it could contain',
    path: ['contains'],
  });

const TRIES_MAX = 20;

const Settings = z
  .strictObject({
    requests: z
      .array(Request)
      .min(1)
      .max(20)
      .prefault([{ path: '/' }]),
    base: SafeAddress.optional().describe('The address of the service itself when left out.'),
    inARow: z.number().int().min(1).max(10).default(1).describe('Good answers one after another.'),
    tries: z.number().int().min(1).max(TRIES_MAX).optional().describe('As many as inARow when left out.'),
    answerWithin: Time(100, 30_000).default(5_000),
  })
  .refine(({ inARow, tries = inARow }) => tries >= inARow, {
    error: 'must be at least as many as inARow',
    path: ['tries'],
  });
type Settings = z.output<typeof Settings>;

/** Null: the platform names no address to ask. */
type Facts = readonly Tried[] | null;

/** Whether the service answers as it should where people come to it. */
export const smoke = defineGate({
  id: 'smoke',
  asks: 'Does it answer as it should?',
  when: 'after',
  anytime: 'of-its-version',
  Settings,
  async look({ site, reach, target }, settings): Promise<Facts> {
    const base = settings.base ?? (await site.look()).frontDoor;
    if (base === null || !URL.canParse(base)) return null;
    const version = target.version.name;
    const tried = settings.requests.map((wanted) => ask(reach, base, wanted, version, settings));
    return Promise.all(tried);
  },
  judge: (tried, { inARow }) =>
    tried === null
      ? { kind: 'unknown', because: 'there is no address at which it could be asked' }
      : judgeAll(tried, inARow),
});

/** One after another, until so many were good in a row. */
async function ask(
  reach: Subject['reach'],
  base: string,
  wanted: Wanted,
  version: string,
  { inARow, tries = inARow, answerWithin }: Settings,
): Promise<Tried> {
  const url = urlOf(base, wanted.path);
  const answers: (AnsweredOnce | null)[] = [];
  for (let good = 0; answers.length < tries && good < inARow; ) {
    const answer = await reach.answer({ url, method: wanted.method, deadlineMs: answerWithin });
    answers.push(answer);
    good = answer !== null && faultOf(answer, wanted, version) === null ? good + 1 : 0;
  }
  return { wanted, version, answers };
}

/** The path stands behind whatever path the address has. */
function urlOf(base: string, path: string): string {
  const { origin, pathname } = new URL(base);
  return `${origin}${pathname.replace(/\/$/, '')}${path}`;
}
