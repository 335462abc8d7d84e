import { redact } from '../http/redact.ts';

/** One thing that is wrong with a configuration, and where. */
export type Finding = {
  readonly file: string;
  /** From one; both null when the whole file is meant. */
  readonly line: number | null;
  readonly column: number | null;
  /** `services.api.targets.staging.platform`; empty when the whole file is meant. */
  readonly key: string;
  /** What is wrong and what was expected, as a sentence. */
  readonly message: string;
  /** What was probably meant, nearest first. */
  readonly meant: readonly string[];
};

/** `slipway.yml:14:17  services.api.needs.0: there is no service "wbe". Did you mean web?` */
export function sayFinding({ file, line, column, key, message, meant }: Finding): string {
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  const about = key === '' ? '' : `${key}: `;
  const guess = meant.length === 0 ? '' : ` Did you mean ${meant.join(' or ')}?`;
  return `${place}  ${about}${message}${guess}`;
}

/** Where something stands, as people write it. Keys are typed by people too, and hold a secret when one slips. */
export function keyPath(path: readonly (string | number)[]): string {
  return redact(path.join('.'));
}
