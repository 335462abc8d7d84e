import { SHORT } from './story.ts';

/** The short configuration with the sample service that keeps orders in a database and reads a flag. */
export function withCheckout(more = ''): string {
  const checkout = `
  checkout:
    summary: Takes orders and keeps them
    source: { kind: changelog, file: checkout/changelog.json }
    migrations:
      kind: sql
      folder: checkout/migrations
      databases: { staging: "embedded:checkout-staging" }
      contractAfter: 1s
      integrity:
        - { name: orders of nothing, query: select id from orders where item = '' }
    flags:
      new-checkout: { at: samples, environments: { staging: staging } }
    targets:
      staging:
        platform: local
        address: { service: checkout }
        strategy: rolling
        pace: { traffic: [50], observe: 2s, releaseDeadline: 60s }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 2000, memoryMbMax: null, requestsMin: 5 }
flags:
  samples: { kind: file }
${more}`;
  return SHORT.replace('\ngrants:\n', `${checkout}\ngrants:\n`);
}
