import { z } from 'zod';

/** The words that people use in every command, defined once. Lower-case ASCII, so that look-alikes are refused. */
export const ServiceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter');
export const EnvironmentName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be a-z, 0-9 and -, starting with a letter');

/**
 * A branch, tag, commit or version as somebody types it. The rules of `git check-ref-format`
 * (https://git-scm.com/docs/git-check-ref-format), narrowed to ASCII letters, digits and `. _ / + -`.
 */
export const Ref = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,199}$/, 'must be ASCII letters, digits and . _ / + -, at most 200')
  .refine((ref) => !/\.\.|\/\/|\/\.|\.\/|\/$|\.$|\.lock(\/|$)/.test(ref), 'is not a name that git allows');

/** `d-` and eight of 32 letters that cannot be confused with each other when read aloud. */
export const DeploymentId = z.string().regex(/^d-[0-9a-hjkmnp-tv-z]{8}$/, 'looks like d-7f3a9k2m');

/** Whether it is the id of something on the board: what it is in one letter, or `run`, and the same eight letters. */
export function isSheetId(text: string): boolean {
  return /^(?:[afhklmpr]|run)-[0-9a-hjkmnp-tv-z]{8}$/.test(text);
}

/** A service as people name it where its name may stand beside ids: never what is read as one of those. */
export const SpokenServiceName = ServiceName.refine(
  (name) => !name.startsWith('d-'),
  'must not begin with d-, as deployments do',
).refine((name) => !isSheetId(name), 'must not look like an id of ours, such as l-7f3a9k2m of a lock');

/** `api/staging`: one service in one environment. */
export function targetId(service: string, environment: string): string {
  return `${service}/${environment}`;
}
