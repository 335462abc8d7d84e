/** Where messages stand, for whoever says something in the thread of one. */
export const places = `
create index outbox_place on slipway.outbox (ref_ts) where ref_ts is not null;
`;
