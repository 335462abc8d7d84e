import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { closest } from '../core/closest.ts';
import { Secret } from '../secret/index.ts';

/** What the environment that the program was started with says. */
export type Environment = {
  /** Null: what slipway.yml or the program says. */
  readonly port: number | null;
  /** Where records are kept that have no database of their own; absolute. */
  readonly home: string;
  /** Null: `slipway.yml` where the program was started, when there is one. */
  readonly configurationFile: string | null;
  /** Services of one's own for the platform `local`, absolute; null: the samples. */
  readonly servicesFolder: string | null;
  readonly databaseUrl: Secret | null;
  readonly redisUrl: Secret | null;
  /** Where Slack's Web API is, with a slash at its end; null: slack.com. */
  readonly slackApiUrl: string | null;
  readonly role: 'bot' | 'worker' | 'all';
  /** How many of these processes there are, which share what each platform allows. */
  readonly processes: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | null;
  /** Everything, for secrets that are kept there. */
  readonly variables: Readonly<Record<string, string | undefined>>;
};

export type ReadEnvironment =
  | { readonly kind: 'read'; readonly environment: Environment }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

const Variables = z.object({
  PORT: z
    .string()
    .regex(/^[0-9]{1,5}$/, 'must be a port from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port from 0 to 65535')
    .optional(),
  SLIPWAY_HOME: z.string().max(1_000).optional(),
  SLIPWAY_CONFIG: z.string().max(1_000).optional(),
  SLIPWAY_SERVICES: z.string().max(1_000).optional(),
  SLIPWAY_ROLE: z.enum(['bot', 'worker', 'all'], 'must be bot, worker or all').optional(),
  SLIPWAY_PROCESSES: z
    .string()
    .regex(/^[1-9][0-9]?$/, 'must be a number of processes from 1 to 99')
    .transform(Number)
    .default(1),
  DATABASE_URL: address(['postgres:', 'postgresql:']).optional(),
  REDIS_URL: address(['redis:', 'rediss:', 'valkey:', 'valkeys:']).optional(),
  SLACK_API_URL: z
    .string()
    .refine(isKeptPrivate, 'must be an address that begins with https://, or with http:// on this machine')
    .transform((url) => (url.endsWith('/') ? url : `${url}/`))
    .optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').optional(),
});

/** The value is never repeated: an address may hold a password. */
function address(protocols: readonly string[]) {
  const rule = `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), rule);
}

const loopback = ['127.0.0.1', '[::1]', 'localhost'];

/** Every call carries the bot's token. */
function isKeptPrivate(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, search, hash } = new URL(text);
  if (username !== '' || search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && loopback.includes(hostname));
}

/** Reads the environment. An empty variable counts as one that is not there, as in most shells and containers. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): ReadEnvironment {
  const set = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Variables.safeParse(set);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}.`),
    ...Object.keys(set).flatMap(misspelt),
  ];
  if (!parsed.success || problems.length > 0) return { kind: 'broken', problems };

  const { PORT, SLIPWAY_HOME, SLIPWAY_CONFIG, SLIPWAY_SERVICES, SLIPWAY_ROLE, SLIPWAY_PROCESSES } =
    parsed.data;
  const { DATABASE_URL, REDIS_URL, SLACK_API_URL, LOG_LEVEL } = parsed.data;
  return {
    kind: 'read',
    environment: {
      port: PORT ?? null,
      home: absolute(SLIPWAY_HOME ?? '.slipway'),
      configurationFile: SLIPWAY_CONFIG === undefined ? null : absolute(SLIPWAY_CONFIG),
      servicesFolder: SLIPWAY_SERVICES === undefined ? null : absolute(SLIPWAY_SERVICES),
      databaseUrl: DATABASE_URL === undefined ? null : new Secret('env:DATABASE_URL', DATABASE_URL),
      redisUrl: REDIS_URL === undefined ? null : new Secret('env:REDIS_URL', REDIS_URL),
      slackApiUrl: SLACK_API_URL ?? null,
      role: SLIPWAY_ROLE ?? 'all',
      processes: SLIPWAY_PROCESSES,
      logLevel: LOG_LEVEL ?? null,
      variables,
    },
  };
}

const ours = ['SLIPWAY_HOME', 'SLIPWAY_CONFIG', 'SLIPWAY_SERVICES', 'SLIPWAY_ROLE', 'SLIPWAY_PROCESSES'];

/** A variable that begins like ours and is not one of them was meant for us and would be ignored. */
function misspelt(name: string): string[] {
  if (!name.startsWith('SLIPWAY_') || ours.includes(name)) return [];
  const [meant] = closest(name, ours, 1);
  return [`${name} is not a variable that we know.${meant === undefined ? '' : ` Did you mean ${meant}?`}`];
}

function absolute(path: string): string {
  if (path === '~' || path.startsWith('~/')) return resolve(homedir(), path.slice(2));
  return isAbsolute(path) ? path : resolve(path);
}
