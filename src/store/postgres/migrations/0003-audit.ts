/**
 * The record that shows when it was tampered with: every line of a journal, and of the ledger for everything else,
 * carries the SHA-256 of itself and of the line before it. Lines that are older than this migration are sealed as it
 * finds them. `hashOfLine` in core/audit/chain.ts computes the same.
 */
export const audit = `
create function slipway.line_hash(previous text, stream text, seq integer, at timestamptz, line text)
returns text language sql as $body$
  select encode(sha256(convert_to(
    'slipway/record/v1' || E'\\n' || previous || E'\\n' || stream || E'\\n' || seq || E'\\n' ||
      to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\\n' || line,
    'UTF8')), 'hex')
$body$;

alter table slipway.event add column hash text;
alter table slipway.event disable trigger keep_journal;
do $body$
declare
  line record;
  previous text;
begin
  for line in select deployment_id, seq, at, event::text as text from slipway.event order by deployment_id, seq loop
    if line.seq = 1 then
      previous := repeat('0', 64);
    end if;
    previous := slipway.line_hash(previous, line.deployment_id, line.seq, line.at, line.text);
    update slipway.event set hash = previous where deployment_id = line.deployment_id and seq = line.seq;
  end loop;
end
$body$;
alter table slipway.event alter column hash set not null;
alter table slipway.event enable trigger keep_journal;

-- A row trigger sees the rows that its own statement has inserted before, and those of transactions that ended while
-- the statement waited for the head.
create function slipway.chain_event() returns trigger language plpgsql as $body$
declare
  previous text := repeat('0', 64);
begin
  if new.seq > 1 then
    select hash into previous from slipway.event where deployment_id = new.deployment_id and seq = new.seq - 1;
    if not found then
      raise exception 'line % of % has no line before it', new.seq, new.deployment_id
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  new.hash := slipway.line_hash(previous, new.deployment_id, new.seq, new.at, new.event::text);
  return new;
end
$body$;

create trigger chain_event before insert on slipway.event for each row execute function slipway.chain_event();

create table slipway.ledger (
  seq integer primary key check (seq > 0),
  at timestamptz not null default clock_timestamp(),
  record json not null,
  hash text not null
);

-- One row: whoever adds lines takes it first, so that their numbers have no gaps and nobody adds beside them.
create table slipway.ledger_head (
  is_only boolean primary key default true check (is_only),
  seq integer not null default 0
);
insert into slipway.ledger_head default values;

create function slipway.chain_record() returns trigger language plpgsql as $body$
declare
  previous text := repeat('0', 64);
begin
  if new.seq > 1 then
    select hash into previous from slipway.ledger where seq = new.seq - 1;
    if not found then
      raise exception 'line % of the ledger has no line before it', new.seq
        using errcode = 'integrity_constraint_violation';
    end if;
  end if;
  new.hash := slipway.line_hash(previous, 'desk', new.seq, new.at, new.record::text);
  return new;
end
$body$;

create trigger chain_record before insert on slipway.ledger for each row execute function slipway.chain_record();

create table slipway.checkpoint (
  number integer primary key check (number > 0),
  statement text not null,
  signature text not null
);

-- Up to where the last checkpoint that names a stream vouches for it: says what has moved since, and proves nothing.
create table slipway.signed_head (
  stream text primary key,
  seq integer not null,
  hash text not null
);

create function slipway.keep_record() returns trigger language plpgsql as $body$
begin
  raise exception 'the record is only ever added to' using errcode = 'integrity_constraint_violation';
end
$body$;

create trigger keep_record before update or delete or truncate on slipway.ledger
  for each statement execute function slipway.keep_record();
create trigger keep_record before update or delete or truncate on slipway.checkpoint
  for each statement execute function slipway.keep_record();
`;
