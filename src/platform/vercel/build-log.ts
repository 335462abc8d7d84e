import type { LogLine } from '../platform.ts';
import { BuildEvent } from './schema.ts';

/**
 * What a build has said, in whichever order and form Vercel sends it: one JSON list, or a line of JSON for each event.
 * A line that cannot be read, the last one of a stream that broke off above all, is left out.
 */
export function readEvents(text: string, version: string): LogLine[] {
  return parsed(text).flatMap((json) => {
    const event = BuildEvent.safeParse(json);
    if (!event.success) return [];
    const { type, created, text: own, payload, level } = event.data;
    const said = own ?? payload?.text ?? null;
    if (said === null || said.trim() === '') return [];
    return [{ atMs: created, level: levelOf(type, level ?? null), version, text: said.trimEnd() }];
  });
}

function parsed(text: string): unknown[] {
  const whole = fromJson(text);
  if (Array.isArray(whole)) return whole;
  return text.split('\n').map(fromJson);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function levelOf(type: string, level: string | null): LogLine['level'] {
  if (level === 'error' || type === 'fatal' || type === 'stderr') return 'error';
  if (level === 'warning') return 'warn';
  return type === 'stdout' || type === 'command' ? 'info' : null;
}
