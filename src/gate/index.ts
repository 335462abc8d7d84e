import { businessHours } from './business-hours/index.ts';
import { capacity } from './capacity/index.ts';
import { certificateValid } from './certificate-valid/index.ts';
import { codeCovered } from './code-covered/index.ts';
import { dependenciesHealthy } from './dependencies-healthy/index.ts';
import { dnsResolves } from './dns-resolves/index.ts';
import type { Gate } from './gate.ts';
import { infrastructurePlanned } from './infrastructure-planned/index.ts';
import { lighthouse } from './lighthouse/index.ts';
import { loadTest } from './load-test/index.ts';
import { secretsPresent } from './secrets-present/index.ts';
import { servesVersion } from './serves-version/index.ts';
import { smoke } from './smoke/index.ts';
import { testsPassed } from './tests-passed/index.ts';
import { thirdPartyUp } from './third-party-up/index.ts';

/** Every question that a plan may ask. Adding one means a folder here and a line here. */
export const gates: readonly Gate[] = [
  businessHours,
  capacity,
  certificateValid,
  codeCovered,
  dependenciesHealthy,
  dnsResolves,
  infrastructurePlanned,
  lighthouse,
  loadTest,
  secretsPresent,
  servesVersion,
  smoke,
  testsPassed,
  thirdPartyUp,
];

export function gateNamed(id: string): Gate | null {
  return gates.find((gate) => gate.id === id) ?? null;
}
