-- slipway: expand
alter table orders add column customer text not null default 'nobody';
