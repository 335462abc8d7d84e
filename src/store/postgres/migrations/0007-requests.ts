/** The request that asked for a deployment whose order key names what was asked for: it makes one deployment, once. */
export const requests = `
alter table slipway.deployment add column asked_as text;

create unique index deployment_asked_as on slipway.deployment (asked_as) where asked_as is not null;
`;
