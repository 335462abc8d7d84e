import { z } from 'zod';
import { oneLine } from './one-line.ts';
import { isReadable, type Matcher, readMatchers } from './selector.ts';

/** Which alerts speak about a service: those whose labels match all of these. */
export const Matchers = z
  .array(
    z
      .string()
      .max(500)
      .refine(
        isOneMatcher,
        'must be one label and what it has to be, such as service="api" or severity=~"page"',
      ),
  )
  .min(1)
  .max(20)
  .describe('All of them must match; severity="page" alone would be every alert of that severity.');

function isOneMatcher(text: string): boolean {
  const matchers = readMatchers(text);
  return matchers?.length === 1 && isReadable(matchers);
}

export function matchersOf(texts: readonly string[]): Matcher[] {
  return texts.flatMap((text) => readMatchers(text) ?? []);
}

/** `HighErrorRate (2 times), Slow`: at most three by name. */
export function sayAlerts(alerts: readonly Readonly<Record<string, string>>[]): string {
  const names = alerts.map((labels) => oneLine(labels['alertname'] ?? 'an alert without a name'));
  const counted = [...new Set(names)].map((name) => {
    const count = names.filter((each) => each === name).length;
    return count === 1 ? name : `${name} (${count} times)`;
  });
  const more = counted.length - 3;
  return `${counted.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
