/** Where the app is installed, with its tokens as ciphertext. An id that is not there is '', so that keys hold. */
export const installations = `
create sequence slipway.installation_revision as integer;

create table slipway.installation (
  enterprise_id text not null,
  team_id text not null,
  ordinal integer not null generated always as identity,
  name text not null,
  bot_user text not null,
  installed_by text not null,
  scopes json not null,
  installed_at timestamptz not null default clock_timestamp(),
  key_id text not null,
  sealed text not null,
  ends_at timestamptz,
  trouble text,
  revision integer not null default nextval('slipway.installation_revision'),
  lease_owner text,
  lease_until timestamptz,
  primary key (enterprise_id, team_id),
  constraint somewhere check (enterprise_id <> '' or team_id <> ''),
  constraint installation_leased_whole check ((lease_owner is null) = (lease_until is null))
);

-- A workspace is installed once, also when it joins an organisation or leaves it.
create unique index one_installation_per_team on slipway.installation (team_id) where team_id <> '';
create index installation_ending on slipway.installation (ends_at) where ends_at is not null and trouble is null;

create table slipway.used_word (
  word text primary key,
  until timestamptz not null
);

create index used_word_until on slipway.used_word (until);
`;
