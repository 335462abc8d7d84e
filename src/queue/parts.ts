/** A constant sentence with fields. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** Of this machine. */
export type Clock = { nowMs(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };
