import { z } from 'zod';
import { openStore } from '../../src/store/index.ts';

/** What the database holds, read past the program. */
export type Records = {
  readonly deployments: readonly Deployed[];
  readonly outbox: readonly z.infer<typeof OutboxRow>[];
  readonly inboxOpen: number;
};
export type Deployed = z.infer<typeof DeploymentRow> & { readonly journal: readonly Line[] };
type Line = z.infer<typeof EventRow>;

const DeploymentRow = z.object({
  id: z.string(),
  service: z.string(),
  version: z.string(),
  outcome: z.string().nullable(),
  started: z.number(),
  ended: z.number().nullable(),
  fence: z.number(),
  hasReport: z.boolean(),
});
const EventRow = z.object({
  id: z.string(),
  seq: z.number(),
  event: z.looseObject({
    kind: z.string(),
    step: z.string().optional(),
    effect: z.string().optional(),
    because: z.string().optional(),
    failure: z.looseObject({ message: z.string() }).optional(),
  }),
});
const OutboxRow = z.object({ key: z.string(), isWaiting: z.boolean(), dropped: z.string().nullable() });
const Counted = z.tuple([z.object({ open: z.number() })]);

const deploymentsSql = `
  select d.id, t.service, t.version, d.outcome, d.fence, d.report is not null as "hasReport",
         (extract(epoch from d.started_at) * 1000)::double precision as started,
         (extract(epoch from d.ended_at) * 1000)::double precision as ended
  from slipway.deployment d join slipway.deployment_target t on t.deployment_id = d.id
  order by d.ordinal`;

/** Reads everything at once. Embedded records only after the program has let go of the folder. */
export async function readRecords(databaseUrl: string | null, folder: string): Promise<Records> {
  const store = await openStore({ databaseUrl, folder, nowMs: Date.now });
  const query = async (sql: string): Promise<unknown> => (await store.queuePool.query(sql)).rows;
  try {
    const rows = z.array(DeploymentRow).parse(await query(deploymentsSql));
    const events = z
      .array(EventRow)
      .parse(
        await query('select deployment_id as id, seq, event from slipway.event order by deployment_id, seq'),
      );
    const outbox = await query(
      'select key, waiting_since is not null as "isWaiting", dropped_because as dropped from slipway.outbox',
    );
    const inbox = await query('select count(*)::integer as open from slipway.inbox where done_at is null');
    const deployments = rows.map((row) => ({ ...row, journal: events.filter(({ id }) => id === row.id) }));
    return {
      deployments,
      outbox: z.array(OutboxRow).parse(outbox),
      inboxOpen: Counted.parse(inbox)[0].open,
    };
  } finally {
    await store.close();
  }
}
