import type { Answer } from '../../support/stand-in/index.ts';

/** How an API server says no: a Status. */
export function status(code: number, reason: string, message: string): Answer {
  const json = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code };
  return { status: code, json };
}
