import { SHORT } from './story.ts';

const target = (service: string, strategy: string) => `
      production:
        platform: local
        address: { service: ${service} }
        strategy: ${strategy}
        pace: { traffic: [50], observe: 1s, releaseDeadline: 60s, keep: 60s }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 2000, memoryMbMax: null, requestsMin: 5 }`;

/** The short configuration with a protected production; `required` is what its approvals ask for. */
export function withProduction(required = '[{ needed: 1 }]', more = ''): string {
  return SHORT.replace(
    '  staging: { channel: C0DEPLOYS, protected: false }',
    `  staging: { channel: C0DEPLOYS, protected: false }
  production:
    channel: C0PRODUCTION
    protected: true
    approvals: { required: ${required}, expire: 10m }`,
  )
    .replace(/(\n {2}api:[\s\S]*?requestsMin: 5 \})/, `$1${target('api', 'canary')}`)
    .replace(/(\n {2}web:[\s\S]*?requestsMin: 5 \})/, `$1${target('web', 'rolling')}`)
    .replace(
      '\ngrants:\n',
      `
people:
  ada: [U0ADA]
  ben: [U0BEN]
  cleo: [U0CLEO]
${more}
grants:
  - { role: approver, people: [U0ADA, U0BEN, U0CLEO, U0DANA], services: all, environments: all }
  - { role: operator, people: [U0ADA, U0BEN], services: all, environments: all }
`,
    );
}
