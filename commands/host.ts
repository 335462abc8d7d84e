import { z } from 'zod';
import { type Command, defineCommand, deployment, maybe, text } from '../src/command/index.ts';
import { deployRollback } from './deploy-rollback/command.ts';
import { deployStatus } from './deploy-status/command.ts';

const Reason = () => maybe(text(500, { description: 'why, for the record' }));

const abort = defineCommand({
  name: 'abort',
  summary: 'Stop a deployment and take back what it did',
  examples: ['d-7f3a9k2m', 'd-7f3a9k2m --reason "checkout is slow"'],
  permission: 'stop',
  Args: z.strictObject({ deployment: deployment({ description: 'the one to stop' }), reason: Reason() }),
  run: ({ deployment: id, reason }, desk) => desk.abort(id, reason),
});

const hold = defineCommand({
  name: 'hold',
  summary: 'Begin nothing new in a deployment until somebody lets it go on',
  examples: ['d-7f3a9k2m', 'd-7f3a9k2m --reason "looking at the logs"'],
  permission: 'stop',
  Args: z.strictObject({ deployment: deployment({ description: 'the one to hold' }), reason: Reason() }),
  run: ({ deployment: id, reason }, desk) => desk.hold(id, reason),
});

/**
 * What can be asked at the command line of the host, where neither Slack nor a queue is needed: looking, and what stops.
 * The words are the same as in Slack, because the declarations are.
 */
export const hostCommands: readonly Command[] = [
  { ...deployStatus, name: 'status' },
  abort,
  hold,
  { ...deployRollback, name: 'rollback' },
];

/** How the same is called in Slack, with its verb where it has one: what an answer offers there can be typed here. */
export const calledInSlack: ReadonlyMap<string, string> = new Map([
  ['deploy-canary abort', 'abort'],
  ['deploy-canary hold', 'hold'],
  ['deploy-status', 'status'],
  ['deploy-rollback', 'rollback'],
]);
