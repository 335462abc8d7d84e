import type { Verdict } from '../../core/verdict.ts';
import type { Check, CheckList } from '../../source/source.ts';
import { count, names } from '../words.ts';

export type Wanted = {
  /** By name alone it is whoever says so; with the slug of an App nobody else's word counts. */
  readonly required?: readonly (string | { readonly name: string; readonly app: string })[] | undefined;
  readonly of: 'required' | 'all';
  readonly ignore: readonly string[];
};

type Required = { readonly name: string; readonly appId: string | null; readonly app?: string };

/** Red is red whatever else could not be read; nothing but green, of everything that counts, is good. */
export function judgeChecks(list: CheckList, wanted: Wanted): Verdict {
  const required = requiredOf(list, wanted);
  const isAll = doesEverythingCount(list, wanted);
  const counted = list.checks.filter((check) =>
    isAll ? !wanted.ignore.includes(check.name) : required.some((one) => isOf(check, one)),
  );
  const red = namesOf(counted, 'fail');
  if (red.length > 0) return { kind: 'fail', because: `not passed: ${names(red)}` };
  const because = doubtOf(list, counted, required);
  if (because !== null) return { kind: 'unknown', because };
  const which = isAll ? '' : ' that are required';
  return { kind: 'pass', because: `all ${count(counted.length, 'check')}${which} passed` };
}

/** What has to have been heard of, as far as anybody knows; what is left out by name need not. */
function requiredOf({ required }: CheckList, wanted: Wanted): readonly Required[] {
  if (wanted.required !== undefined)
    return wanted.required.map((one) =>
      typeof one === 'string' ? { name: one, appId: null } : { ...one, appId: null },
    );
  return (required ?? []).filter(({ name }) => !wanted.ignore.includes(name));
}

/** Also where more may be required than anybody could read: what is red may be just that. */
function doesEverythingCount({ required, mayRequireMore = false }: CheckList, wanted: Wanted): boolean {
  if (wanted.required !== undefined) return false;
  return wanted.of === 'all' || mayRequireMore || required === null || required.length === 0;
}

/** A status says nothing of the App that wrote it, so that it never stands for one. */
function isOf({ name, app }: Check, one: Required): boolean {
  if (name !== one.name || (one.appId !== null && app?.id !== one.appId)) return false;
  // Where GitHub names no slug the id stands for it, which could be somebody else's slug.
  return one.app === undefined || (app !== null && app.name === one.app && app.name !== app.id);
}

function doubtOf(list: CheckList, counted: readonly Check[], required: readonly Required[]): string | null {
  if (list.unread.length > 0) return `not everything could be read: ${names(list.unread)}`;
  const silent = required.filter((one) => !counted.some((check) => isOf(check, one)));
  if (silent.length > 0) return `required, and not heard of: ${names(silent.map(said))}`;
  const running = namesOf(counted, 'pending');
  if (running.length > 0) return `still running: ${names(running)}`;
  const strange = namesOf(counted, 'unknown');
  if (strange.length > 0) return `it is not known how these ended: ${names(strange)}`;
  return counted.length === 0 ? 'no check of this commit has been heard of' : null;
}

function said({ name, app }: Required): string {
  return app === undefined ? name : `${name} by ${app}`;
}

function namesOf(checks: readonly Check[], how: Check['how']): string[] {
  return [...new Set(checks.filter((check) => check.how === how).map(({ name }) => name))];
}
