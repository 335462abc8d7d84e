import { z } from 'zod';
import { Failed } from '../../core/failure.ts';

const Whole = z
  .string()
  .regex(/^[0-9]{1,15}$/)
  .transform(Number);
/** Some columns are empty where they have nothing to say. */
const WholeOrNone = z
  .string()
  .regex(/^[0-9]{0,15}$/)
  .transform((text) => (text === '' ? 0 : Number(text)));

/** A line of `show servers state`, as far as we read it (section 9.3 of the management guide, "show servers state"). */
const ServerState = z.object({
  be_name: z.string(),
  srv_name: z.string(),
  srv_op_state: z.enum(['0', '1', '2', '3']).transform((digit) => operational[digit]),
  srv_admin_state: Whole,
  srv_uweight: Whole.pipe(z.number().max(256)),
});
export type ServerState = z.infer<typeof ServerState>;

const operational = { 0: 'stopped', 1: 'starting', 2: 'running', 3: 'stopping' } as const;

/** A line of `show stat`: one of a server, or the one of the whole backend. */
const Stat = z.object({
  pxname: z.string(),
  svname: z.string(),
  status: z.string(),
  type: z.string(),
  bck: WholeOrNone,
  check_status: z.string().default(''),
  algo: z.string().default(''),
  mode: z.string().default(''),
  hrsp_1xx: WholeOrNone,
  hrsp_2xx: WholeOrNone,
  hrsp_3xx: WholeOrNone,
  hrsp_4xx: WholeOrNone,
  hrsp_5xx: WholeOrNone,
  hrsp_other: WholeOrNone,
  econ: WholeOrNone,
  eresp: WholeOrNone,
});
export type Stat = z.infer<typeof Stat>;

/** @throws {Failed} `misunderstood` for anything but a table of servers that we know how to read */
export function readServers(answer: string, backend: string): readonly ServerState[] {
  const [version, header = '', ...lines] = linesOf(answer);
  if (version !== '1') throw strange('show servers state', answer);
  const rows = rowsOf('show servers state', header.replace(/^# /, '').split(' '), lines, ' ');
  const servers = parsed('show servers state', z.array(ServerState), rows);
  if (servers.some(({ be_name }) => be_name !== backend)) throw strange('show servers state', answer);
  return servers;
}

/** @throws {Failed} `misunderstood` for anything but statistics that we know how to read */
export function readStats(answer: string, backend: string): readonly Stat[] {
  const [header = '', ...lines] = linesOf(answer);
  if (!header.startsWith('# pxname,')) throw strange('show stat', answer);
  const stats = parsed(
    'show stat',
    z.array(Stat),
    rowsOf('show stat', header.slice(2).split(','), lines, ','),
  );
  if (stats.some(({ pxname }) => pxname !== backend)) throw strange('show stat', answer);
  return stats;
}

function linesOf(answer: string): string[] {
  return answer.split('\n').filter((line) => line !== '');
}

/** Every line has to have as many columns as the header, so that one that broke off is not read as less. */
function rowsOf(what: string, names: readonly string[], lines: readonly string[], between: string) {
  return lines.map((line) => {
    const values = line.split(between);
    if (values.length !== names.length) throw strange(what, line);
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}

function parsed<T>(what: string, Schema: z.ZodType<T>, rows: unknown): T {
  const read = Schema.safeParse(rows);
  if (read.success) return read.data;
  throw strange(what, read.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', '));
}

function strange(what: string, said: string): Failed {
  const known = /^(?:Can't find backend|No such proxy)\.\s*$/.test(said);
  const message = known
    ? 'HAProxy has no such backend: look at its name in haproxy.cfg'
    : `HAProxy answered “${what}” with what we cannot read: ${oneLine(said)}`;
  return new Failed({ code: known ? 'not-found' : 'misunderstood', message, retryAfterMs: null });
}

export function oneLine(said: string): string {
  return said
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 160);
}
