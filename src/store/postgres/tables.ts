import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Outcome } from '../../core/event.ts';
import type { Sample } from '../sample.ts';
import type { Delivery, KeptReport, NoticeContent, Seen } from '../store.ts';

/** A moment by the database's clock. Only `time.ts` makes them, so that no other clock is ever written. */
export type DatabaseTime = Date & { readonly clock: 'database' };

type Moment = ColumnType<Date, DatabaseTime | undefined, DatabaseTime>;
type MaybeMoment = ColumnType<Date | null, DatabaseTime | undefined, DatabaseTime | null>;

/** The tables of the schema `slipway`, as the newest migration leaves them. */
export type Tables = {
  deployment: {
    id: string;
    ordinal: ColumnType<number, never, never>;
    order_key: string;
    asked_as: string | null;
    environment: string;
    requested_by: string;
    started_at: Moment;
    head_seq: Generated<number>;
    fence: Generated<number>;
    crashes: Generated<number>;
    lease_owner: string | null;
    lease_until: MaybeMoment;
    due_at: MaybeMoment;
    is_dirty: Generated<boolean>;
    outcome: Outcome | null;
    ended_at: MaybeMoment;
    report: JSONColumnType<KeptReport> | null;
    resolved_at: MaybeMoment;
    resolved_by: string | null;
    is_waiting: Generated<boolean>;
    in_line_since: MaybeMoment;
  };
  target: {
    id: string;
    believed_release_id: string | null;
    believed_version: string | null;
    believed_deployment_id: string | null;
    believed_since: MaybeMoment;
    seen_at_ms: ColumnType<number | null, number | undefined, number>;
    seen_releases: ColumnType<Seen['releases'] | null, string | undefined, string>;
    seen_problem: ColumnType<string | null, string | undefined, string>;
  };
  deployment_target: {
    deployment_id: string;
    target_id: string;
    position: number;
    service: string;
    version: string;
    is_taking: Generated<boolean>;
  };
  event: {
    deployment_id: string;
    seq: number;
    at: Moment;
    event: ColumnType<unknown, string, never>;
    hash: ColumnType<string, never, never>;
  };
  signal: { deployment_id: string; key: string; seq: number };
  inbox: {
    key: string;
    kind: Delivery['kind'];
    body: ColumnType<unknown, string, null>;
    received_at: Moment;
    lease_owner: string | null;
    lease_until: MaybeMoment;
    done_at: MaybeMoment;
  };
  outbox: {
    id: ColumnType<number, never, never>;
    key: string;
    stream: string;
    lane: number;
    content: JSONColumnType<NoticeContent>;
    revision: Generated<number>;
    revised_at: Moment;
    waiting_since: MaybeMoment;
    due_at: Moment;
    attempts: Generated<number>;
    claim_fence: Generated<number>;
    claim_owner: string | null;
    claim_until: MaybeMoment;
    is_uncertain: Generated<boolean>;
    ref_channel: string | null;
    ref_ts: string | null;
    dropped_at: MaybeMoment;
    dropped_because: string | null;
  };
  sample: {
    target_id: string;
    from_ms: number;
    to_ms: number;
    measured_ms: number;
    requests: number;
    errors: number;
    latency_buckets: ColumnType<Sample['latencyBuckets'], string, never>;
    memory_mb: number | null;
    is_coarse: boolean;
  };
  duty: { name: string; owner: string; lease_until: Moment };
  ledger: {
    seq: number;
    at: ColumnType<Date, never, never>;
    record: ColumnType<unknown, string, never>;
    hash: ColumnType<string, never, never>;
  };
  ledger_head: { is_only: Generated<boolean>; seq: number };
  checkpoint: { number: number; statement: string; signature: string };
  signed_head: { stream: string; seq: number; hash: string };
  sheet: {
    kind: string;
    id: string;
    ordinal: ColumnType<number, never, never>;
    version: number;
    body: ColumnType<unknown, string, string>;
    is_open: boolean;
    due_at: MaybeMoment;
    created_at: Moment;
    changed_at: Moment;
  };
  sheet_version: {
    kind: string;
    id: string;
    version: number;
    key: string;
    at: Moment;
    body: ColumnType<unknown, string, never>;
  };
};
