/** Orders that wait for people, a time or their turn before they take their targets; and the board. */
export const boardAndWaitingOrders = `
alter table slipway.deployment
  add column is_waiting boolean not null default false,
  -- Since when it stands in line for its targets; null while it waits for something else, and once it has started.
  add column in_line_since timestamptz;

create index deployment_in_line on slipway.deployment (in_line_since, ordinal)
  where is_waiting and ended_at is null and in_line_since is not null;

create or replace function slipway.keep_target_taken() returns trigger language plpgsql as $body$
begin
  perform 1 from slipway.deployment
    where id = new.deployment_id
      and (is_waiting or (ended_at is not null and (outcome <> 'needs-human' or resolved_at is not null)));
  if not found then
    raise exception 'deployment % is not done with target %', new.deployment_id, new.target_id
      using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$body$;

create table slipway.sheet (
  kind text not null,
  id text not null,
  ordinal integer not null generated always as identity,
  version integer not null,
  body json not null,
  is_open boolean not null,
  due_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  primary key (kind, id)
);

create index sheet_due on slipway.sheet (due_at) where is_open and due_at is not null;
create index sheet_open on slipway.sheet (kind, ordinal) where is_open;

create table slipway.sheet_version (
  kind text not null,
  id text not null,
  version integer not null,
  key text not null,
  at timestamptz not null default clock_timestamp(),
  body json not null,
  primary key (kind, id, version),
  unique (kind, id, key)
);

create trigger keep_sheet_version before update or delete or truncate on slipway.sheet_version
  for each statement execute function slipway.keep_journal();
`;
