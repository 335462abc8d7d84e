import { type Logger, pino } from 'pino';
import { withoutControls } from './without-controls.ts';

/** Where one part of the program writes: constant sentences, which can be counted and searched, with fields. */
export type PartLog = {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
};

export type Log = PartLog & {
  /** The same log, with fields that every line carries. */
  child(fields: object): Log;
};

export type LogSettings = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** Hides secrets; applied to every whole line, last of all. */
  readonly redact: (line: string) => string;
  /** Where lines go; standard error, so that standard output stays for people. */
  readonly write?: (line: string) => void;
};

/** JSON lines. No value can forge a line or steer a terminal: what is not plain text is escaped. */
export function openLog({ level, redact, write = toStandardError }: LogSettings): Log {
  const sink = { write: (line: string) => write(withoutControls(redact(line))) };
  return wrap(
    pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, depthLimit: 8, edgeLimit: 100 },
      sink,
    ),
  );
}

function toStandardError(line: string): void {
  process.stderr.write(line);
}

function wrap(logger: Logger): Log {
  return {
    debug: (fields, sentence) => logger.debug(fields, sentence),
    info: (fields, sentence) => logger.info(fields, sentence),
    warn: (fields, sentence) => logger.warn(fields, sentence),
    error: (fields, sentence) => logger.error(fields, sentence),
    child: (fields) => wrap(logger.child(fields)),
  };
}
