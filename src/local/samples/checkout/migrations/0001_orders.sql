-- slipway: expand
create table orders (
  id bigint generated always as identity primary key,
  item text not null,
  cents integer not null,
  note text not null default '',
  placed_at timestamptz not null default now()
);
