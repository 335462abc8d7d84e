import { z } from 'zod';

/**
 * What is said over the control socket: one request a connection, one line of JSON there, one back. Whoever can open the
 * socket may ask; who they are is never taken from what they say.
 */
export const REQUEST_BYTES_MAX = 64 * 1_024;
export const ANSWER_BYTES_MAX = 8 * 1_024 * 1_024;

const Line = { command: z.string().min(1).max(40), text: z.string().max(20_000) };

export const Request = z.discriminatedUnion('kind', [
  z.strictObject({
    v: z.literal(1),
    kind: z.literal('command'),
    ...Line,
    /** In which times are said, as the machine of whoever asks has it. */
    zone: z.string().max(64).nullable(),
  }),
  z.strictObject({
    v: z.literal(1),
    kind: z.literal('audit'),
    asked: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('audit-verify'),
        folder: z.null(),
        anchors: z.string().max(4_000).nullable(),
        publicKey: z.string().max(4_000).nullable(),
        config: z.null(),
      }),
      z.strictObject({
        kind: z.literal('audit-export'),
        format: z.enum(['jsonl', 'csv']),
        to: z.string().max(4_000).nullable(),
        config: z.null(),
      }),
    ]),
  }),
]);
export type Request = z.infer<typeof Request>;
export type CommandRequest = Extract<Request, { kind: 'command' }>;
export type AuditRequest = Extract<Request, { kind: 'audit' }>;

export const Response = z.discriminatedUnion('kind', [
  z.strictObject({
    v: z.literal(1),
    kind: z.literal('said'),
    /** The user of the operating system as whom it was asked, and is on record: `os:deploy`. */
    as: z.string(),
    outcome: z.enum(['done', 'refused', 'usage']),
    /** For people, without anything that steers a terminal. */
    lines: z.array(z.string()),
    /** The same for programs. */
    reply: z.json(),
    /** What carries out what was only shown; null where there is nothing to confirm. */
    go: z.strictObject({ label: z.string(), ...Line }).nullable(),
  }),
  z.strictObject({
    v: z.literal(1),
    kind: z.literal('audited'),
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    lines: z.array(z.string()),
  }),
  /** It was no request, or it could not be dealt with; nothing was done. */
  z.strictObject({ v: z.literal(1), kind: z.literal('broken'), because: z.string() }),
]);
export type Response = z.infer<typeof Response>;
export type Said = Extract<Response, { kind: 'said' }>;

/** One line of JSON as what it says; a text says why it is none. */
export function readRequest(line: string): Request | string {
  const json = parsed(line);
  if (json === undefined) return 'That is no line of JSON.';
  const read = Request.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `That is no request: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'not understood'}`;
}

/** Null for what no program of ours answers. */
export function readResponse(line: string): Response | null {
  const read = Response.safeParse(parsed(line));
  return read.success ? read.data : null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
