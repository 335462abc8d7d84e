import { z } from 'zod';
import { EnvironmentName, ServiceName } from './names.ts';

/** How far something reaches: a lock, a freeze, a maintenance. Null is every one of them. */
export const Scope = z.strictObject({
  service: ServiceName.nullable(),
  environment: EnvironmentName.nullable(),
});
export type Scope = z.infer<typeof Scope>;

/** Whether a scope reaches a place. A place that leaves something open is reached only by what reaches all of it. */
export function covers(scope: Scope, place: Scope): boolean {
  return reaches(scope.service, place.service) && reaches(scope.environment, place.environment);
}

function reaches(scope: string | null, name: string | null): boolean {
  return scope === null || scope === name;
}

/** Whether two scopes have any place in common. */
export function overlaps(a: Scope, b: Scope): boolean {
  return meets(a.service, b.service) && meets(a.environment, b.environment);
}

function meets(a: string | null, b: string | null): boolean {
  return a === null || b === null || a === b;
}

/** `everything`, `everything in production`, `api everywhere`, `api in production`. */
export function sayScope({ service, environment }: Scope): string {
  if (service === null) return environment === null ? 'everything' : `everything in ${environment}`;
  return environment === null ? `${service} everywhere` : `${service} in ${environment}`;
}
