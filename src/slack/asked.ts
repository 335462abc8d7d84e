import { z } from 'zod';
import type { Delivery } from '../store/store.ts';
import { Workspace } from './workspace.ts';

const Id = z.string().min(1).max(100);

/** Something that a person did in Slack, in our words: what the inbox keeps, and all that handling it needs. */
export const Asked = z.object({
  /** When it came, by our clock, in milliseconds since 1970 UTC. */
  atMs: z.number(),
  /** From the signed payload, and from nowhere else. */
  actor: z.object({ id: Id, name: z.string() }),
  /** Null in deliveries that were written down before there were several: the home workspace. */
  workspace: Workspace.nullable().default(null),
  channel: Id.nullable(),
  thread: Id.nullable(),
  /** The `response_url`. */
  replyTo: z.string().max(2_000).nullable(),
  what: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('command'), name: z.string(), text: z.string() }),
    z.object({ kind: z.literal('run'), line: z.string() }),
    z.object({ kind: z.literal('refresh'), line: z.string() }),
    z.object({ kind: z.literal('share'), line: z.string() }),
    z.object({
      kind: z.literal('act'),
      action: z.enum(['abort', 'hold', 'goOn', 'rollBack', 'resolve', 'logs', 'details']),
      deploymentId: z.string(),
    }),
    z.object({
      kind: z.literal('submission'),
      command: z.string(),
      values: z.record(z.string(), z.string()),
    }),
    z.object({ kind: z.literal('show'), deploymentId: z.string() }),
    z.object({ kind: z.literal('mention'), text: z.string() }),
    z.object({ kind: z.literal('home') }),
  ]),
});
export type Asked = z.infer<typeof Asked>;
export type What = Asked['what'];

/** What the inbox calls it. */
export const deliveryKind: Record<What['kind'], Delivery['kind']> = {
  command: 'command',
  run: 'click',
  refresh: 'click',
  share: 'click',
  act: 'click',
  submission: 'submission',
  show: 'shortcut',
  mention: 'mention',
  home: 'home',
};

/** `deploy-staging api@v2` in its two parts. */
export function partsOf(line: string): { readonly name: string; readonly text: string } {
  const [name = ''] = line.trim().split(/\s/, 1);
  return { name, text: line.trim().slice(name.length).trim() };
}
