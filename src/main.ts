#!/usr/bin/env node
import { checkFile, readEnvironment } from './config/index.ts';
import { readArguments, usage } from './process/arguments.ts';
import type { AuditAsked } from './process/audit-arguments.ts';
import { recordAsked } from './process/audit-asked.ts';
import { clock } from './process/clock.ts';
import { openClosing } from './process/closing.ts';
import { firstWords } from './process/first-words.ts';
import { readHealth } from './process/health.ts';
import { host } from './process/host.ts';
import { known, readSettings } from './process/settings.ts';
import { start } from './process/start.ts';
import { version } from './process/version.ts';
import { say, sayError, troubleOf } from './process/words.ts';

/** Start here: read what was asked for, build the desk, and run it until somebody ends it. */
async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  switch (asked.kind) {
    case 'help':
      return say(usage);
    case 'version':
      return say(version());
    case 'refused':
      return refuse([asked.message, 'Type slipway help.']);
    case 'check':
      return check(asked.file ?? 'slipway.yml');
    case 'healthcheck':
      return healthcheck();
    case 'audit-verify':
    case 'audit-export':
      return auditRecord(asked);
    case 'host':
      process.exitCode = await host(asked);
      return;
    case 'start':
      return run(asked);
  }
}

async function check(file: string): Promise<void> {
  const { exitCode, lines } = await checkFile(file, known);
  for (const line of lines) exitCode === 0 ? say(line) : sayError(line);
  process.exitCode = exitCode;
}

async function healthcheck(): Promise<void> {
  const read = readEnvironment();
  if (read.kind === 'broken') return refuse(read.problems);
  const { isWell, lines } = await readHealth(read.environment.home, clock.nowMs());
  for (const line of lines) say(line);
  process.exitCode = isWell ? 0 : 1;
}

/** Whatever keeps the record from being read leaves it undecided: that is never the exit code of a broken one. */
async function auditRecord(asked: AuditAsked): Promise<void> {
  const said = await recordAsked(asked).catch(undecided);
  for (const line of said?.lines ?? []) said?.exitCode === 0 ? say(line) : sayError(line);
  process.exitCode = said?.exitCode ?? 2;
}

function undecided(error: unknown): null {
  for (const line of troubleOf(error)) sayError(line);
  process.exitCode = 2;
  return null;
}

const FATAL = 70;

async function run(asked: { readonly role: string | null; readonly config: string | null }): Promise<void> {
  const beganAtMs = clock.monotonicMs();
  const settings = await readSettings(asked);
  const { log } = settings;
  const closing = openClosing({
    sleep: clock.sleep,
    onProblem: (name, problem) => log.warn({ name, problem }, 'could not be closed properly'),
  });
  closing.add('configuration', () => settings.configuration.close());
  let isEnding = false;
  async function end(exitCode: number): Promise<void> {
    // Whoever asks twice means now.
    if (isEnding) process.exit(exitCode === 0 ? 1 : exitCode);
    isEnding = true;
    await closing.close();
    process.exit(exitCode);
  }
  function fatal(because: string): void {
    log.error({ because }, 'this process cannot go on');
    void end(FATAL);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));
  process.on('uncaughtException', (error) => fatal(error.stack ?? String(error)));
  process.on('unhandledRejection', (error) =>
    fatal(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  try {
    const started = await start(settings, closing, fatal);
    say(firstWords(started, settings, clock.monotonicMs() - beganAtMs));
  } catch (error) {
    isEnding = true;
    await closing.close();
    throw error;
  }
}

function refuse(problems: readonly string[]): void {
  for (const problem of problems) sayError(problem);
  process.exitCode = 2;
}

main().catch((error: unknown) => {
  for (const line of troubleOf(error)) sayError(line);
  process.exit(1);
});
