import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { alarmKinds } from '../alarm/index.ts';
import {
  type Environment,
  type Known,
  knownFrom,
  type Reading,
  readConfiguration,
  readConfigurationFile,
  readEnvironment,
  sayFinding,
  type Watched,
  watchConfiguration,
} from '../config/index.ts';
import { flagKinds } from '../flag/index.ts';
import { gates } from '../gate/index.ts';
import { redactor } from '../http/redact.ts';
import { DEFAULT_CONFIGURATION, DEFAULT_CONFIGURATION_NAME } from '../local/index.ts';
import { metricKinds } from '../metric/index.ts';
import { migrationKinds } from '../migration/index.ts';
import { platformKinds } from '../platform/index.ts';
import { openSecrets, type Secret, type Secrets } from '../secret/index.ts';
import { sourceKinds } from '../source/index.ts';
import { forPeople, type Log, logFile, openLog } from '../telemetry/index.ts';
import { clock } from './clock.ts';

/** Everything that is decided before anything is opened. */
export type Settings = {
  readonly role: Environment['role'];
  readonly processes: number;
  readonly home: string;
  readonly port: number;
  /** Null: the samples. */
  readonly servicesFolder: string | null;
  readonly databaseUrl: Secret | null;
  readonly redisUrl: Secret | null;
  /** Null: slack.com. */
  readonly slackApiUrl: string | null;
  readonly configuration: Watched;
  /** What the configuration is called: a file, or the built-in one. */
  readonly configurationName: string;
  readonly secrets: Secrets;
  /** Hides every secret that was read so far. */
  redact(text: string): string;
  readonly log: Log;
  /** Where the log is kept; null where it goes to standard error. */
  readonly logFileName: string | null;
};

/** What was set does not make sense, in words for whoever set it. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const PORT = 3_000;

/** What a configuration may name in this program. */
export const known: Known = knownFrom(
  platformKinds,
  gates,
  sourceKinds,
  alarmKinds,
  metricKinds,
  flagKinds,
  migrationKinds,
);

/** @throws {SettingsRefused} with everything that is wrong at once. */
export async function readSettings(asked: {
  readonly role: string | null;
  readonly config: string | null;
}): Promise<Settings> {
  const read = readEnvironment();
  if (read.kind === 'broken') throw new SettingsRefused(read.problems);
  const { environment } = read;
  const role = roleOf(asked.role ?? environment.role, environment);
  const named = asked.config === null ? environment.configurationFile : resolve(asked.config);
  const file = named ?? (await slipwayFileHere());
  const first = await readFirst(file);
  const redacting = openRedacting([environment.databaseUrl, environment.redisUrl]);
  const { log, logFileName } = openLogFor(
    environment.home,
    environment.logLevel ?? first.logLevel,
    redacting.redact,
  );
  return {
    role,
    processes: environment.processes,
    home: environment.home,
    port: environment.port ?? first.port ?? PORT,
    servicesFolder: environment.servicesFolder,
    databaseUrl: environment.databaseUrl,
    redisUrl: environment.redisUrl,
    slackApiUrl: environment.slackApiUrl,
    configuration: watchConfiguration(first, () => readConfigurationOf(file), {
      every: clock.every,
      onChange: ({ catalog }) =>
        log.info({ version: catalog.version.slice(0, 12) }, 'configuration reloaded'),
      onProblem: (findings) => {
        log.error(
          { findings: findings.map(sayFinding) },
          'configuration broken, the last good one stays in force',
        );
      },
      onRecovery: () => log.info({}, 'configuration is good again'),
    }),
    configurationName: file ?? DEFAULT_CONFIGURATION_NAME,
    secrets: openSecrets({ variables: environment.variables, nowMs: clock.nowMs, learn: redacting.learn }),
    redact: redacting.redact,
    log,
    logFileName,
  };
}

/**
 * For programs the log is JSON on standard error. Somebody who started this at a terminal is shown what goes wrong, in
 * words, and finds the log in the home folder; whoever has said which level they want is given just that.
 */
function openLogFor(
  home: string,
  asked: Environment['logLevel'],
  redact: (line: string) => string,
): Pick<Settings, 'log' | 'logFileName'> {
  const { stderr } = process;
  if (asked !== null || !stderr.isTTY) {
    return { log: openLog({ level: asked ?? 'info', redact }), logFileName: null };
  }
  const logFileName = join(home, 'slipway.log');
  const keep = logFile(logFileName, (line) => stderr.write(line));
  const write = (line: string) => {
    keep(line);
    const words = forPeople(line);
    if (words !== null) stderr.write(words);
  };
  return { log: openLog({ level: 'info', redact, write }), logFileName };
}

const roles: readonly Environment['role'][] = ['bot', 'worker', 'all'];

function roleOf(word: string, { databaseUrl }: Environment): Environment['role'] {
  const role = roles.find((each) => each === word);
  if (role === undefined) throw new SettingsRefused([`There is no role ${word}: it is bot, worker or all.`]);
  if (role !== 'all' && databaseUrl === null) {
    throw new SettingsRefused([
      `The role ${role} needs DATABASE_URL: without a database of their own, records belong to one process, which has to be all.`,
    ]);
  }
  return role;
}

/** `slipway.yml` where the program was started, when there is one. */
async function slipwayFileHere(): Promise<string | null> {
  const file = resolve('slipway.yml');
  return access(file).then(
    () => file,
    () => null,
  );
}

async function readConfigurationOf(file: string | null): Promise<Reading> {
  return file === null
    ? readConfiguration(DEFAULT_CONFIGURATION_NAME, DEFAULT_CONFIGURATION, known)
    : readConfigurationFile(file, known);
}

async function readFirst(file: string | null) {
  const reading = await readConfigurationOf(file);
  if (reading.kind === 'broken') throw new SettingsRefused(reading.findings.map(sayFinding));
  return reading.configuration;
}

/** Every secret that was read is kept out of what is written from then on. */
function openRedacting(first: readonly (Secret | null)[]) {
  const values = new Set(first.flatMap((secret) => (secret === null ? [] : [secret.open()])));
  let redact = redactor([...values]);
  return {
    redact: (text: string) => redact(text),
    learn(value: string) {
      if (values.has(value)) return;
      values.add(value);
      redact = redactor([...values]);
    },
  };
}
