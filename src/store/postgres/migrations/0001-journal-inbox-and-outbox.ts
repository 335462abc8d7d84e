/**
 * Everything that the store keeps. JSON is kept as `json`, not `jsonb`: what a program printed may hold a NUL, which
 * `jsonb` refuses, and a deployment must not stop over it.
 */
export const journalInboxAndOutbox = `
create table slipway.deployment (
  id text primary key,
  ordinal integer not null generated always as identity,
  order_key text not null unique,
  environment text not null,
  requested_by text not null,
  started_at timestamptz not null default clock_timestamp(),
  head_seq integer not null default 0,
  fence integer not null default 0,
  crashes integer not null default 0,
  lease_owner text,
  lease_until timestamptz,
  -- When somebody has to look: the end of the lease while it is held, null while only a signal can wake it.
  due_at timestamptz default clock_timestamp(),
  is_dirty boolean not null default false,
  outcome text check (outcome in ('deployed', 'rolled-back', 'stopped', 'needs-human')),
  ended_at timestamptz,
  report json,
  resolved_at timestamptz,
  resolved_by text,
  constraint ended_whole check (
    case when ended_at is null
      then outcome is null and report is null and resolved_at is null
      else outcome is not null and report is not null and lease_owner is null and due_at is null
    end),
  constraint leased_whole check ((lease_owner is null) = (lease_until is null)),
  constraint resolved_whole check ((resolved_at is null) = (resolved_by is null))
);

create index deployment_due on slipway.deployment (due_at) where ended_at is null;
create index deployment_newest on slipway.deployment (started_at desc, ordinal desc);
create index deployment_newest_active on slipway.deployment (started_at desc, ordinal desc) where ended_at is null;
create index deployment_newest_there on slipway.deployment (environment, started_at desc, ordinal desc);

create table slipway.target (
  id text primary key,
  believed_release_id text,
  believed_version text,
  believed_deployment_id text,
  believed_since timestamptz,
  seen_at_ms double precision,
  seen_releases json,
  seen_problem json
);

create table slipway.deployment_target (
  deployment_id text not null references slipway.deployment,
  target_id text not null references slipway.target,
  position integer not null,
  service text not null,
  version text not null,
  is_taking boolean not null default true,
  primary key (deployment_id, target_id)
);

-- At most one deployment that is active, or that waits for a person, per target: whatever the program does.
create unique index one_taker_per_target on slipway.deployment_target (target_id) where is_taking;
create index deployment_target_service on slipway.deployment_target (service, deployment_id);

create table slipway.event (
  deployment_id text not null references slipway.deployment,
  seq integer not null check (seq > 0),
  at timestamptz not null default clock_timestamp(),
  event json not null,
  primary key (deployment_id, seq)
);

create table slipway.signal (
  deployment_id text not null references slipway.deployment,
  key text not null,
  seq integer not null,
  primary key (deployment_id, key)
);

create table slipway.inbox (
  key text primary key,
  kind text not null,
  body json,
  received_at timestamptz not null default clock_timestamp(),
  lease_owner text,
  lease_until timestamptz,
  done_at timestamptz
);

create index inbox_waiting on slipway.inbox (received_at) where done_at is null;
create index inbox_done on slipway.inbox (received_at) where done_at is not null;

create table slipway.outbox (
  id integer primary key generated always as identity,
  key text not null unique,
  stream text not null,
  lane smallint not null,
  content json not null,
  revision integer not null default 1,
  revised_at timestamptz not null default clock_timestamp(),
  -- Since when it has something to send; null when it has nothing.
  waiting_since timestamptz default clock_timestamp(),
  due_at timestamptz not null default clock_timestamp(),
  attempts integer not null default 0,
  claim_fence integer not null default 0,
  claim_owner text,
  claim_until timestamptz,
  is_uncertain boolean not null default false,
  ref_channel text,
  ref_ts text,
  dropped_at timestamptz,
  dropped_because text
);

create index outbox_unsent on slipway.outbox (stream, id) where waiting_since is not null;

create table slipway.duty (
  name text primary key,
  owner text not null,
  lease_until timestamptz not null
);

create function slipway.keep_what_ended() returns trigger language plpgsql as $body$
begin
  if (new.id, new.order_key, new.environment, new.requested_by, new.started_at, new.head_seq, new.fence,
      new.outcome, new.ended_at, new.report::text)
     is distinct from
     (old.id, old.order_key, old.environment, old.requested_by, old.started_at, old.head_seq, old.fence,
      old.outcome, old.ended_at, old.report::text)
     or (old.resolved_at is not null and new.resolved_at is distinct from old.resolved_at)
  then
    raise exception 'deployment % has ended: it cannot be changed any more', old.id
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$body$;

create trigger keep_what_ended before update on slipway.deployment
  for each row when (old.ended_at is not null) execute function slipway.keep_what_ended();

create function slipway.keep_target_taken() returns trigger language plpgsql as $body$
begin
  perform 1 from slipway.deployment
    where id = new.deployment_id
      and ended_at is not null
      and (outcome <> 'needs-human' or resolved_at is not null);
  if not found then
    raise exception 'deployment % is not done with target %', new.deployment_id, new.target_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$body$;

create trigger keep_target_taken before insert or update on slipway.deployment_target
  for each row when (not new.is_taking) execute function slipway.keep_target_taken();

create function slipway.keep_journal() returns trigger language plpgsql as $body$
begin
  raise exception 'the journal is only ever added to' using errcode = 'integrity_constraint_violation';
end
$body$;

create trigger keep_journal before update or delete or truncate on slipway.event
  for each statement execute function slipway.keep_journal();
`;
