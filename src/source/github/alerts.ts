import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Alerts } from '../source.ts';
import type { Client, Values } from './client.ts';

const CodeAlert = z.object({
  number: z.int(),
  rule: z.object({ security_severity_level: z.string().nullish(), severity: z.string().nullish() }),
});
const DependencyAlert = z.object({
  number: z.int(),
  security_advisory: z.object({ severity: z.string() }),
});
const SecretAlert = z.object({ number: z.int() });

const PAGE = 100;

type Kind = Alerts['kinds'][number];

/** What GitHub has found in the code, in what it needs, and of secrets in it. Switched off is not clean. */
export async function alertsIn(client: Client): Promise<Alerts> {
  const kinds = await Promise.all([
    look(client, 'code', '/code-scanning/alerts', CodeAlert, {}, ({ rule }) =>
      isGrave(rule.security_severity_level ?? ''),
    ),
    look(client, 'dependencies', '/dependabot/alerts', DependencyAlert, {}, ({ security_advisory }) =>
      isGrave(security_advisory.severity),
    ),
    // Without this GitHub sends the secrets themselves.
    look(client, 'secrets', '/secret-scanning/alerts', SecretAlert, { hide_secret: true }, () => true),
  ]);
  return { state: stateOf(kinds), kinds, say: kinds.map(({ say }) => say).join(', ') };
}

async function look<T>(
  client: Client,
  name: string,
  path: string,
  Alert: z.ZodType<T>,
  values: Values,
  isBad: (alert: T) => boolean,
): Promise<Kind> {
  try {
    const asked = { ...values, state: 'open', per_page: PAGE };
    const alerts = await client.get(path, z.array(Alert), asked);
    const grave = alerts.filter(isBad).length;
    const many = alerts.length === PAGE ? `${PAGE} or more` : alerts.length === 0 ? 'no' : alerts.length;
    const bad = grave > 0 && name !== 'secrets' ? ` (${grave} high or critical)` : '';
    return { name, open: alerts.length, say: `${many} open alerts of ${name}${bad}` };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { name, open: null, say: `alerts of ${name} not available (${error.failure.message})` };
  }
}

function isGrave(severity: string): boolean {
  return severity === 'critical' || severity === 'high';
}

function stateOf(kinds: readonly Kind[]): Alerts['state'] {
  if (kinds.some(({ open }) => (open ?? 0) > 0)) return 'open';
  return kinds.some(({ open }) => open === null) ? 'unknown' : 'clean';
}
