import { z } from 'zod';
import type { Scope } from '../../core/scope.ts';
import { SecretReference } from '../../core/secret-reference.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import { IN_THE_CLEAR, keepsSecrets } from '../../http/secret-url.ts';
import type { AlarmKind, Silence } from '../alarm.ts';

const Label = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, 'must be the name of a label');

/** Where it answers, and which labels of its alerts say what they are about. */
const Settings = z
  .strictObject({
    url: z.string().refine(isPlainAddress, 'must be an address such as https://alertmanager.example.com'),
    bearer: SecretReference.optional().describe('The token that it, or what stands before it, asks for.'),
    labels: z
      .strictObject({ service: Label.default('service'), environment: Label.default('environment') })
      .prefault({}),
    only: z
      .record(Label, z.string().min(1).max(200))
      .default({})
      .describe('Labels that every silence asks for besides, so that alerts of others are never silenced.'),
  })
  .refine(({ url, bearer }) => bearer === undefined || keepsSecrets(url), IN_THE_CLEAR);
type Settings = z.output<typeof Settings>;

type Matcher = {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
};

/** https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml */
const Kept = z.array(
  z.object({
    id: z.uuid(),
    comment: z.string(),
    createdBy: z.string(),
    startsAt: z.string(),
    status: z.object({ state: z.string() }),
  }),
);
type Kept = z.output<typeof Kept>;

const AUTHOR = 'slipway';

/**
 * Silences of Alertmanager, each with an end. Alertmanager gives them ids of its own; ours stands at the beginning of the
 * comment, and they are found again by it.
 */
export const alertmanager: AlarmKind = {
  id: 'alertmanager',
  summary: 'Silences alerts of Alertmanager, always with an end',
  Settings,
  open(name, settings, around) {
    const parsed = Settings.parse(settings);
    const { url, bearer } = parsed;
    const http = around.door({
      baseUrl: url.replace(/\/+$/, ''),
      authorize: async () =>
        bearer === undefined ? {} : { authorization: `Bearer ${await around.secret(bearer)}` },
    });
    return {
      name,
      mute: (silence) => mute(http, parsed, silence),
      async unmute({ id }) {
        for (const silence of await ours(http, id)) {
          await http.send({
            method: 'DELETE',
            path: path`/api/v2/silence/${silence.id}`,
            as: 'nothing',
            Answer: z.undefined(),
            // It ended by itself meanwhile.
            okStatuses: [404],
          });
        }
      },
    };
  },
};

async function mute(http: Http, settings: Settings, { id, scope, untilMs, reason }: Silence): Promise<void> {
  const [known] = await ours(http, id);
  const silence = {
    matchers: matchersOf(settings, scope),
    // What begins in the past begins now; the beginning of one that is there cannot be changed.
    startsAt: known?.startsAt ?? new Date(0).toISOString(),
    endsAt: new Date(untilMs).toISOString(),
    createdBy: AUTHOR,
    comment: `${markOf(id)}${reason ?? 'maintenance'}`,
  };
  const body = known === undefined ? silence : { id: known.id, ...silence };
  await http.post('/api/v2/silences', body, z.object({ silenceID: z.string().min(1) }));
}

/** Silences of this maintenance that have not ended. */
async function ours(http: Http, id: string): Promise<Kept> {
  const kept = await http.get('/api/v2/silences', Kept);
  return kept.filter(
    ({ comment, createdBy, status }) =>
      createdBy === AUTHOR && comment.startsWith(markOf(id)) && status.state !== 'expired',
  );
}

function markOf(id: string): string {
  return `[${id}] `;
}

/** Alertmanager takes no silence of everything: where nothing else is asked for, it is every alert that has a name. */
function matchersOf({ labels, only }: Settings, { service, environment }: Scope): Matcher[] {
  const equal = (name: string, value: string): Matcher => ({ name, value, isRegex: false, isEqual: true });
  const matchers = [
    ...Object.entries(only).map(([name, value]) => equal(name, value)),
    ...(service === null ? [] : [equal(labels.service, service)]),
    ...(environment === null ? [] : [equal(labels.environment, environment)]),
  ];
  if (matchers.length > 0) return matchers;
  return [{ name: 'alertname', value: '.+', isRegex: true, isEqual: true }];
}

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}
