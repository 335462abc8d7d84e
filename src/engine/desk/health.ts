import { answer, type Part, type Reply } from '../../core/answer.ts';
import { serviceNamed } from '../../core/catalog.ts';
import type { HealthQuestion } from '../../core/desk.ts';
import { Failed } from '../../core/failure.ts';
import { between } from '../../core/measure.ts';
import { errorPercent, type Numbers } from '../../core/numbers.ts';
import type { Criteria } from '../../core/plan.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { time } from '../../core/text.ts';
import type { Verdict } from '../../core/verdict.ts';
import { worst } from '../../core/verdict.ts';
import type { Counters, Site, Standing, StandingRelease } from '../../platform/platform.ts';
import { storedCounters } from '../counters.ts';
import type { EngineParts } from '../parts.ts';
import { servingOf } from './ground.ts';
import { flagsAmong } from './health-flags.ts';
import { askAnytime } from './health-gates.ts';
import { findPlace, type Place, refuseUnlessAllowed } from './place.ts';
import { sayShares } from './say.ts';
import type { Visiting } from './visitor.ts';

const SAMPLE_MS = 1_500;

type Check = {
  readonly name: string;
  readonly verdict: Verdict;
  readonly value: string;
  readonly limit: string;
  readonly source: string;
};

/** Every check of a service, asked of the platform now. What cannot be read is unknown, and never shown as healthy. */
export async function health(visiting: Visiting, question: HealthQuestion): Promise<Reply> {
  const places = placesOf(visiting, question);
  if (!Array.isArray(places)) return places;
  const [examined, flags] = await Promise.all([
    Promise.all(places.map((place) => examine(visiting.parts, place))),
    flagsAmong(visiting.parts, places),
  ]);
  const rows = examined.flatMap(({ place, checks }) =>
    checks.map(({ name, verdict, value, limit, source }) => [
      places.length > 1 ? `${place.environment.name}: ${name}` : name,
      words[verdict.kind],
      value,
      limit,
      source,
      'now',
    ]),
  );
  const overall = worst(examined.flatMap(({ checks }) => checks.map(({ verdict }) => verdict)));
  const because = overall.kind === 'pass' ? `all ${rows.length} checks pass` : overall.because;
  const sentence = `${question.service} is ${overallWords[overall.kind]}: ${because}.`;
  const parts: Part[] = [
    {
      kind: 'table',
      caption: `Checks of ${question.service}`,
      columns: ['Check', 'State', 'Value', 'Limit', 'Source', 'Age'],
      rows,
    },
    ...flags,
    { kind: 'note', text: ['As of ', time(await visiting.parts.store.nowMs())] },
  ];
  return answer(sentence, [{ kind: 'text', text: [sentence] }, ...parts], {
    title: `${question.service}: ${overallWords[overall.kind]}`,
    isShareable: true,
  });
}

const words = { pass: 'ok', fail: 'failing', unknown: 'unknown' } as const;
const overallWords = { pass: 'healthy', fail: 'not healthy', unknown: 'not known to be healthy' } as const;

function placesOf(visiting: Visiting, { service, environment }: HealthQuestion): Place[] | Refusal {
  const find = (name: string) =>
    findPlace(visiting, {
      permission: 'look',
      service,
      environment: name,
      offer: (meant, where) => ({
        label: environment === null ? meant : `${meant} in ${where}`,
        command: 'deploy-health',
        text: environment === null ? meant : `${meant} --env ${where}`,
      }),
    });
  const catalog = visiting.parts.catalog();
  const anywhere = { permission: 'look', service, environment } as const;
  const refused = refuseUnlessAllowed(catalog, visiting.visitor.actor, anywhere);
  if (refused !== null) return refused;
  const targets = serviceNamed(catalog, service)?.targets ?? [];
  const names = environment !== null ? [environment] : targets.map((target) => target.environment);
  const found = (names.length === 0 ? [''] : names).map(find);
  const places = found.filter((place): place is Place => !isRefusal(place));
  const [refusal] = found.filter((place) => isRefusal(place));
  return places.length === 0 && refusal !== undefined ? refusal : places;
}

async function examine(parts: EngineParts, place: Place): Promise<{ place: Place; checks: Check[] }> {
  const source = place.target.platform;
  try {
    const standing = await place.site.look();
    const serving = servingOf(standing);
    const measured = await Promise.all(serving.map((release) => measure(parts, place.site, release)));
    const checks = [
      traffic(standing, source),
      ...serving.map((release) => answers(release, source)),
      ...serving.flatMap((release, index) =>
        limits(release, measured[index] ?? null, place.target.criteria, source),
      ),
      await agreed(parts, place, serving),
      ...(await asked(parts, place, serving)),
    ];
    return { place, checks };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const because = error.failure.message;
    const verdict: Verdict = { kind: 'unknown', because: `${place.id}: ${because}` };
    return { place, checks: [{ name: 'platform', verdict, value: because, limit: 'answers', source }] };
  }
}

function traffic({ releases }: Standing, source: string): Check {
  const serving = releases.filter(({ trafficPercent }) => trafficPercent > 0);
  const value = sayShares(
    serving.map(({ version, trafficPercent }) => ({ version: version.name, trafficPercent })),
  );
  const verdict: Verdict =
    serving.length === 0
      ? { kind: 'fail', because: 'no version has any traffic' }
      : { kind: 'pass', because: `${value} serves` };
  return { name: 'traffic', verdict, value, limit: 'some version serves', source };
}

function answers({ version, health: word, say }: StandingRelease, source: string): Check {
  const verdict: Verdict =
    word === 'healthy'
      ? { kind: 'pass', because: `${version.name} is healthy` }
      : {
          kind: word === 'unhealthy' || word === 'gone' ? 'fail' : 'unknown',
          because: `${version.name} is ${word}: ${say}`,
        };
  return {
    name: `${version.name} health check`,
    verdict,
    value: say === '' ? word : `${word}: ${say}`,
    limit: 'healthy',
    source,
  };
}

/** Two readings a moment apart: what it does now, not since it was started. */
async function measure(
  { clock }: EngineParts,
  site: Site,
  { releaseId }: StandingRelease,
): Promise<Numbers | null> {
  const read = () =>
    site.measure(releaseId).catch((error: unknown): Counters | null => {
      if (error instanceof Failed) return null;
      throw error;
    });
  const from = await read();
  await clock.sleep(SAMPLE_MS);
  const to = await read();
  return from === null || to === null ? null : between(storedCounters(from), storedCounters(to), to);
}

function limits(
  { version }: StandingRelease,
  numbers: Numbers | null,
  criteria: Criteria | null,
  source: string,
): Check[] {
  const share = numbers === null ? null : errorPercent(numbers);
  const rows: [string, number | null, number | null | undefined, string][] = [
    ['errors', share, criteria?.errorPercentMax, '%'],
    ['p95', numbers?.latencyP95Ms ?? null, criteria?.latencyP95MsMax, 'ms'],
    ['memory', numbers?.memoryMb ?? null, criteria?.memoryMbMax, 'MB'],
  ];
  return rows.map(([name, value, max, unit]) => ({
    name: `${version.name} ${name}`,
    verdict: withinLimit(`${version.name} ${name}`, value, max ?? null, unit),
    value: value === null ? 'not measured' : `${Number(value.toFixed(1))} ${unit}`,
    limit: max == null ? 'none' : `at most ${max} ${unit}`,
    source,
  }));
}

function withinLimit(name: string, value: number | null, max: number | null, unit: string): Verdict {
  if (max === null) return { kind: 'pass', because: `${name} has no limit` };
  if (value === null) return { kind: 'unknown', because: `${name} could not be measured just now` };
  const because = `${name}: ${Number(value.toFixed(1))} ${unit}, at most ${max} ${unit} allowed`;
  return { kind: value > max ? 'fail' : 'pass', because };
}

async function asked(
  parts: EngineParts,
  place: Place,
  serving: readonly StandingRelease[],
): Promise<Check[]> {
  const answers = await askAnytime(
    parts,
    place,
    serving.map(({ version }) => version),
  );
  return answers.map(({ gate, asks, verdict }) => ({
    name: gate,
    verdict,
    value: verdict.because,
    limit: asks,
    source: 'Slipway',
  }));
}

/** Whether what runs is what we left there. */
async function agreed(
  { store }: EngineParts,
  { id }: Place,
  serving: readonly StandingRelease[],
): Promise<Check> {
  const state = (await store.targets.all()).find((target) => target.id === id);
  const believed = state?.believed ?? null;
  const runs = sayShares(
    serving.map(({ version, trafficPercent }) => ({ version: version.name, trafficPercent })),
  );
  const isMoving = state?.takenBy != null;
  const isOther =
    believed !== null && !isMoving && serving.some(({ version }) => version.name !== believed.version);
  const verdict: Verdict = isOther
    ? { kind: 'fail', because: `${id} runs ${runs}, but Slipway left ${believed.version} there` }
    : { kind: 'pass', because: isMoving ? 'a deployment is going on' : `${id} runs what was left there` };
  return {
    name: 'agrees with the last deployment',
    verdict,
    value: runs,
    limit: believed?.version ?? 'none yet',
    source: 'Slipway',
  };
}
