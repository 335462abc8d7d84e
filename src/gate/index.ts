import { branchProtected } from './branch-protected/index.ts';
import { businessHours } from './business-hours/index.ts';
import { capacity } from './capacity/index.ts';
import { certificateValid } from './certificate-valid/index.ts';
import { checksPassed } from './checks-passed/index.ts';
import { codeCovered } from './code-covered/index.ts';
import { dependenciesHealthy } from './dependencies-healthy/index.ts';
import { dnsResolves } from './dns-resolves/index.ts';
import type { Gate } from './gate.ts';
import { infrastructurePlanned } from './infrastructure-planned/index.ts';
import { lighthouse } from './lighthouse/index.ts';
import { loadTest } from './load-test/index.ts';
import { noAlerts } from './no-alerts/index.ts';
import { reachable } from './reachable/index.ts';
import { reviewed } from './reviewed/index.ts';
import { secretsPresent } from './secrets-present/index.ts';
import { secureReport } from './secure-report/index.ts';
import { servesVersion } from './serves-version/index.ts';
import { signed } from './signed/index.ts';
import { smoke } from './smoke/index.ts';
import { stagedFirst } from './staged-first/index.ts';
import { testsPassed } from './tests-passed/index.ts';
import { thirdPartyUp } from './third-party-up/index.ts';

/** Every question that a plan may ask. Adding one means a folder here and a line here. */
export const gates: readonly Gate[] = [
  branchProtected,
  businessHours,
  capacity,
  certificateValid,
  checksPassed,
  codeCovered,
  dependenciesHealthy,
  dnsResolves,
  infrastructurePlanned,
  lighthouse,
  loadTest,
  noAlerts,
  reachable,
  reviewed,
  secretsPresent,
  secureReport,
  servesVersion,
  signed,
  smoke,
  stagedFirst,
  testsPassed,
  thirdPartyUp,
];

export function gateNamed(id: string): Gate | null {
  return gates.find((gate) => gate.id === id) ?? null;
}
