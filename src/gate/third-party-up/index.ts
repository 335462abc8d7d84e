import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { type Verdict, worst } from '../../core/verdict.ts';
import type { Http } from '../../http/door.ts';
import { defineGate } from '../gate.ts';
import { names, quoted, SafeAddress } from '../words.ts';

const Settings = z.strictObject({
  page: SafeAddress.describe(
    'Of a status page in the format of Statuspage, such as https://www.githubstatus.com.',
  ),
  components: z
    .array(z.string().min(1).max(100))
    .max(50)
    .default([])
    .describe('What is needed of it, by name or id; the page as a whole when left out.'),
  atWorst: z
    .enum(['operational', 'degraded', 'partial-outage'])
    .default('operational')
    .describe('The worst that is still good enough.'),
});
type Worst = z.output<typeof Settings>['atWorst'];

export type Facts =
  | { readonly kind: 'page'; readonly indicator: string; readonly say: string }
  | { readonly kind: 'components'; readonly all: readonly z.infer<typeof Component>[] }
  | { readonly kind: 'unread'; readonly because: string };

/** The two answers of a status page, as far as they are read (https://www.githubstatus.com/api). */
const Page = z.object({ status: z.object({ indicator: z.string(), description: z.string() }) });
const Component = z.object({ id: z.string(), name: z.string(), status: z.string() });
const Components = z.object({ components: z.array(Component) });

/** Whether what the service needs of others is up, by what they say themselves. */
export const thirdPartyUp = defineGate({
  id: 'third-party-up',
  asks: 'Is what it needs of others up?',
  when: 'before',
  isOfStanding: true,
  Settings,
  look: async ({ outside }, { page, components }) => lookAt(outside(page, null), components.length > 0),
  judge,
});

async function lookAt(http: Http, asksForComponents: boolean): Promise<Facts> {
  try {
    if (asksForComponents) {
      const { components } = await http.get('/api/v2/components.json', Components);
      return { kind: 'components', all: components };
    }
    const { status } = await http.get('/api/v2/status.json', Page);
    return { kind: 'page', indicator: status.indicator, say: quoted(status.description) };
  } catch (error) {
    if (error instanceof Failed) return { kind: 'unread', because: error.failure.message };
    throw error;
  }
}

/** How bad each word is; one that is not listed is not known. */
const severities = new Map([
  ['none', 0],
  ['operational', 0],
  ['minor', 1],
  ['degraded', 1],
  ['degraded_performance', 1],
  ['maintenance', 2],
  ['under_maintenance', 2],
  ['major', 2],
  ['partial-outage', 2],
  ['partial_outage', 2],
  ['critical', 3],
  ['major_outage', 3],
]);

export function judge(
  facts: Facts,
  {
    page,
    components,
    atWorst,
  }: { readonly page: string; readonly components: readonly string[]; readonly atWorst: Worst },
): Verdict {
  const { host } = new URL(page);
  if (facts.kind === 'unread') return { kind: 'unknown', because: facts.because };
  if (facts.kind === 'page') return judgeWord(facts.indicator, atWorst, `${host} says: ${facts.say}`);
  const verdicts = components.map((wanted) => judgeComponent(wanted, facts.all, atWorst, host));
  const verdict = worst(verdicts);
  return verdict.kind === 'pass'
    ? { kind: 'pass', because: `${host} says that ${names(components)} is up` }
    : verdict;
}

/** Several may have the same name, in other groups: each of them counts. */
function judgeComponent(
  wanted: string,
  all: readonly z.infer<typeof Component>[],
  atWorst: Worst,
  host: string,
): Verdict {
  const meant = all.filter(({ id, name }) => id === wanted || name === wanted);
  if (meant.length === 0) return { kind: 'unknown', because: `${host} knows nothing called ${wanted}` };
  return worst(
    meant.map(({ name, status }) =>
      judgeWord(
        status,
        atWorst,
        `${host} says that ${quoted(name)} is ${quoted(status).replaceAll('_', ' ')}`,
      ),
    ),
  );
}

function judgeWord(word: string, atWorst: Worst, because: string): Verdict {
  const severity = severities.get(word);
  if (severity === undefined) return { kind: 'unknown', because: `${because}, which we do not know` };
  return { kind: severity <= (severities.get(atWorst) ?? 0) ? 'pass' : 'fail', because };
}
