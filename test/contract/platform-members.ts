import { cloudflare } from './platform-cloudflare.ts';
import {
  kubernetesBlueGreen,
  kubernetesGateway,
  kubernetesReplicas,
  kubernetesRolling,
} from './platform-kubernetes.ts';
import { local } from './platform-local.ts';
import type { Member } from './platform-member.ts';
import { pretend } from './platform-pretend.ts';
import { supabase } from './platform-supabase.ts';

/** Every platform that passes for one; how to become one is told in `platform-member.ts`. */
export const members: readonly Member[] = [
  local,
  pretend,
  cloudflare,
  supabase,
  kubernetesRolling,
  kubernetesBlueGreen,
  kubernetesGateway,
  kubernetesReplicas,
];
