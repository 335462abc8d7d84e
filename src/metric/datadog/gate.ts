import { z } from 'zod';
import type { Verdict } from '../../core/verdict.ts';
import type { Asked, Cursor, Judged } from '../metric.ts';
import { oneLine } from '../one-line.ts';
import type { Api } from './client.ts';
import type { Evaluation } from './schema.ts';
import type { GateQuery } from './settings.ts';

/** Which evaluation is ours, so that it is started once for a release at a share, however often it is asked after. */
const Remembered = z.object({
  evaluationId: z.string().regex(/^[0-9A-Za-z-]{1,64}$/),
  releaseId: z.string(),
  trafficPercent: z.number(),
});

/**
 * Starts an evaluation for a release at its share, and asks after it from then on: what it found at a smaller share says
 * nothing of this one. One whose start was lost is started again: it
 * changes nothing at Datadog but a list of evaluations. @throws {Failed}
 */
export async function askGate(api: Api, gate: GateQuery, { canary }: Asked, cursor: Cursor): Promise<Judged> {
  const { releaseId, trafficPercent } = canary;
  const read = Remembered.safeParse(cursor);
  const isOurs =
    read.success && read.data.releaseId === releaseId && read.data.trafficPercent === trafficPercent;
  if (isOurs) {
    const answer = await api.gate(read.data.evaluationId);
    return { ...gateVerdict(gate, answer), cursor: read.data };
  }
  const evaluationId = await api.startGate({
    service: gate.service,
    env: gate.environment,
    version: canary.version.name,
    identifier: gate.identifier,
  });
  const because = `Datadog has begun to evaluate its gate ${gate.identifier}`;
  return { kind: 'unknown', because, cursor: { evaluationId, releaseId, trafficPercent } };
}

/** A gate on trial says pass whatever it found, so that its word is no word. */
export function gateVerdict({ identifier }: GateQuery, answer: Evaluation | null): Verdict {
  const gate = `Datadog's gate ${identifier}`;
  if (answer === null)
    return { kind: 'unknown', because: `Datadog does not know the evaluation of its gate ${identifier} yet` };
  const { gate_status: status, dry_run: isTrial, rules } = answer.data.attributes;
  if (isTrial) return { kind: 'unknown', because: `${gate} is on trial, and decides nothing` };
  switch (status) {
    case 'pass':
      return passOf(gate, rules);
    case 'fail': {
      const failed = rules.filter((rule) => rule.status === 'fail' && !rule.dry_run);
      const why = failed.map(({ name, reason }) => oneLine(`${name}: ${reason}`)).join('; ');
      return { kind: 'fail', because: `${gate} failed${why === '' ? '' : ` (${why.slice(0, 300)})`}` };
    }
    case 'in_progress':
      return { kind: 'unknown', because: `${gate} is still being evaluated` };
    default:
      return { kind: 'unknown', because: `${gate} is in the state ${oneLine(status)}` };
  }
}

function passOf(gate: string, rules: Evaluation['data']['attributes']['rules']): Verdict {
  const deciding = rules.filter((rule) => !rule.dry_run);
  if (deciding.length === 0)
    return { kind: 'unknown', because: `${gate} passed without a rule that decides anything` };
  const isAll = deciding.every((rule) => rule.status === 'pass');
  return isAll
    ? { kind: 'pass', because: `${gate} passed` }
    : { kind: 'unknown', because: `${gate} says pass, and some of its rules do not` };
}
