import { deployment, flagShares, maybe, names, switchFlag, text } from './argument.ts';

/** What every command that begins a deployment takes besides what is its own. */
export function orderArguments() {
  return {
    reason: maybe(text(500, { description: 'why, for the record' })),
    again: switchFlag({
      description:
        'deploy even though this version serves all traffic already, or was taken back there lately',
    }),
    queue: switchFlag({ description: 'wait in line where something is on its way already', isAsked: false }),
    replace: maybe(
      deployment({
        description: 'an older order of yours whose place in line this one takes',
        isPositional: false,
        isAsked: false,
      }),
    ),
    waive: maybe(
      names({
        description:
          'gates that are not asked this time, such as no-alerts,reviewed; a reason has to be given',
        isAsked: false,
      }),
    ),
    flag: maybe(
      flagShares({
        description: 'feature flags to turn once it has all the traffic, such as new-checkout=25',
        isAsked: false,
      }),
    ),
    plan: maybe(text(64, { description: 'first letters of the plan that you were shown', isAsked: false })),
  };
}

type OrderArguments = {
  readonly reason: string | null;
  readonly again: boolean;
  readonly queue: boolean;
  readonly replace: string | null;
  readonly waive: readonly string[] | null;
  readonly flag: readonly { readonly key: string; readonly percent: number }[] | null;
  readonly plan: string | null;
};

/** The same in the Desk's words. */
export function orderFrom({ reason, again, queue, replace, waive, flag, plan }: OrderArguments) {
  return { why: reason, again, queue, replaces: replace, waives: waive ?? [], flags: flag ?? [], plan };
}
