/**
 * What was measured of the services, for charts. Numbers are as JavaScript has them. What is some hours old is made
 * coarser, and after two weeks it is forgotten.
 */
export const samples = `
create table slipway.sample (
  target_id text not null,
  from_ms double precision not null,
  to_ms double precision not null check (to_ms >= from_ms),
  measured_ms double precision not null check (measured_ms >= 0),
  requests double precision not null check (requests >= 0),
  errors double precision not null check (errors >= 0),
  latency_buckets json not null,
  memory_mb double precision,
  is_coarse boolean not null,
  primary key (target_id, from_ms)
);

create index sample_ended on slipway.sample (to_ms);
create index sample_fine on slipway.sample (to_ms, target_id) where not is_coarse;
`;
