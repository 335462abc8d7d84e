import type { z } from 'zod';

type Args = {
  readonly do: string | null;
  readonly service: string | null;
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly reason?: string | null;
};

/**
 * One that is on its way is steered by its id; a new one needs a service and a place. For commands with verbs, some of
 * which take a reason.
 */
export function beginOrSteer(verbs: readonly string[], withReason: readonly string[] = []) {
  return (args: Args, context: z.RefinementCtx): void => {
    const wrong =
      args.do === null
        ? wrongToBegin(args, verbs)
        : [...wrongToSteer(args, args.do), ...wrongReason(args, withReason)];
    for (const [path, message] of wrong) {
      const params = message === MISSING ? { isMissing: true } : { isRelation: true };
      context.addIssue({ code: 'custom', path: [path], message, params });
    }
  };
}

type Wrong = readonly (readonly [argument: string, message: string])[];

const MISSING = 'is needed';

function wrongToSteer({ deployment, service }: Args, what: string): Wrong {
  return [
    ...(deployment === null ? [['deployment', MISSING] as const] : []),
    ...(service === null ? [] : [['service', `says nothing to ${what}: name the deployment alone`] as const]),
  ];
}

function wrongReason({ do: what, reason }: Args, withReason: readonly string[]): Wrong {
  return what !== null && withReason.includes(what) && reason == null ? [['reason', MISSING]] : [];
}

function wrongToBegin({ deployment, service, environment }: Args, verbs: readonly string[]): Wrong {
  return [
    ...(deployment === null
      ? []
      : [['deployment', `is on its way already: say ${verbs.join(', ')} before it`] as const]),
    ...(service === null ? [['service', MISSING] as const] : []),
    ...(environment === null ? [['environment', MISSING] as const] : []),
  ];
}
