import { answer, type Part, type Reply } from '../../core/answer.ts';
import { serviceNamed } from '../../core/catalog.ts';
import type { LogsQuestion } from '../../core/desk.ts';
import { Failed } from '../../core/failure.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { code, duration, sentence } from '../../core/text.ts';
import type { LogLine } from '../../platform/platform.ts';
import { newReleaseId } from '../writing.ts';
import { findDeployment, noSuchDeployment } from './find-deployment.ts';
import { findPlace, type Place, refuseUnlessAllowed } from './place.ts';
import type { Visiting } from './visitor.ts';

const SHOWN_MAX = 15;
const FILE_MAX = 2_000;

type Source = { readonly place: Place; readonly releaseId: string | null };

/** The newest lines of a service or of what one deployment brought up; all that were read go along as a file. */
export async function logs(visiting: Visiting, question: LogsQuestion): Promise<Reply> {
  const source =
    question.deployment === null ? ofService(visiting, question) : await ofDeployment(visiting, question);
  if (isRefusal(source)) return source;
  const { place, releaseId } = source;
  const nowMs = await visiting.parts.store.nowMs();
  const { contains, level } = question;
  const sinceMs = nowMs - question.sinceMs;
  try {
    const lines = await place.site.logs({ releaseId, sinceMs, contains, level, linesMax: FILE_MAX });
    return lines.length === 0 ? nothing(place, question) : shown(place, question, lines);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse(
      'unavailable',
      [sentence(`The logs of ${place.id} could not be read: ${error.failure.message}`)],
      {
        next: ['Try again in a minute.'],
      },
    );
  }
}

function ofService(visiting: Visiting, question: LogsQuestion): Source | Refusal {
  const service = question.service ?? '';
  const targets = serviceNamed(visiting.parts.catalog(), service)?.targets ?? [];
  const [only, ...others] = targets;
  const refused = refuseUnlessAllowed(visiting.parts.catalog(), visiting.visitor.actor, {
    permission: 'look',
    service,
    environment: null,
  });
  if (refused !== null) return refused;
  if (question.environment === null && others.length > 0) {
    return refuse('bad-arguments', [`${service} runs in more than one environment.`], {
      next: ['Say which one.'],
      offers: targets.slice(0, 3).map(({ environment }) => typed({ ...question, environment }, environment)),
    });
  }
  const place = findPlace(visiting, {
    permission: 'look',
    service,
    environment: question.environment ?? only?.environment ?? '',
    offer: (meant, environment) =>
      typed({ ...question, service: meant, environment: environment === '' ? null : environment }, meant),
  });
  return isRefusal(place) ? place : { place, releaseId: null };
}

async function ofDeployment(visiting: Visiting, { deployment: id }: LogsQuestion): Promise<Source | Refusal> {
  const found = await findDeployment(visiting, id ?? '', 'look');
  if (found.kind === 'refusal') return found;
  const { deployment } = found;
  const { targets, steps } = deployment.plan;
  // Among several, what failed is what somebody wants to read about.
  const failed = steps.find(({ id: step }) => step === deployment.failedStep);
  const target = targets.find(({ id: each }) => each === failed?.target) ?? targets[0];
  if (target === undefined) return noSuchDeployment(id ?? '');
  const place = findPlace(visiting, {
    permission: 'look',
    service: target.service,
    environment: target.environment,
    offer: (service) => ({ label: service, command: 'deploy-logs', text: service }),
  });
  if (isRefusal(place)) return place;
  const releaseId = newReleaseId(deployment, target.id);
  return releaseId === null
    ? refuse('nothing-to-do', [code(id ?? ''), ' brought nothing up that could have written a log.'])
    : { place, releaseId };
}

function nothing(place: Place, question: LogsQuestion): Reply {
  const what = question.contains === null ? '' : ` that contains “${question.contains}”`;
  const since = duration(question.sinceMs);
  return answer(
    `No line${what} in the last ${since} of ${place.id}.`,
    [{ kind: 'text', text: [`No line${what} in the last ${since} of ${place.id}.`] }],
    {
      offers: [
        typed({ ...question, sinceMs: 4 * question.sinceMs }, `Look back ${duration(4 * question.sinceMs)}`),
      ],
    },
  );
}

function shown(place: Place, question: LogsQuestion, lines: readonly LogLine[]): Reply {
  const tail = lines.slice(-Math.min(question.linesMax, SHOWN_MAX));
  const counts = (
    [
      ['error', 'with errors'],
      ['warn', 'with warnings'],
    ] as const
  )
    .map(([level, words]) => [lines.filter((line) => line.level === level).length, words] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`);
  const sentence = `The last ${tail.length} of ${lines.length} lines that ${place.id} wrote in ${duration(question.sinceMs)}; times are UTC.`;
  const parts: Part[] = [
    { kind: 'log', lines: tail.map(line) },
    { kind: 'note', text: [counts.length === 0 ? sentence : `${sentence} ${counts.join(', ')}.`] },
  ];
  const hasErrors = lines.some(({ level }) => level === 'error') && question.level !== 'error';
  return answer(sentence, parts, {
    title: `Log of ${place.id}`,
    isShareable: true,
    offers: hasErrors ? [typed({ ...question, level: 'error' }, 'Errors only')] : [],
    ...(lines.length > tail.length
      ? {
          file: {
            name: `${place.service.name}-${place.environment.name}.log`,
            title: `Log of ${place.id}`,
            content: `${lines.map(line).join('\n')}\n`,
          },
        }
      : {}),
  });
}

function line({ atMs, level, version, text }: LogLine): string {
  // Most services say the level themselves.
  const isSaid = level === null || text.slice(0, 40).toLowerCase().includes(level);
  return `${new Date(atMs).toISOString().slice(11, 23)} ${version} ${isSaid ? '' : `${level} `}${text}`;
}

function typed(question: LogsQuestion, label: string) {
  const words = [
    question.deployment ?? question.service ?? '',
    question.environment === null ? null : `--env ${question.environment}`,
    `--since ${Math.max(1, Math.round(question.sinceMs / 60_000))}m`,
    question.contains === null ? null : `--grep "${question.contains.replaceAll('"', "'")}"`,
    question.level === null ? null : `--level ${question.level}`,
  ];
  return { label, command: 'deploy-logs', text: words.filter((word) => word !== null).join(' ') };
}
