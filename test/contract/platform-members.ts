import { cloudflare } from './platform-cloudflare.ts';
import { docker } from './platform-docker.ts';
import { ecs } from './platform-ecs.ts';
import {
  kubernetesBlueGreen,
  kubernetesGateway,
  kubernetesReplicas,
  kubernetesRolling,
} from './platform-kubernetes.ts';
import { realClusters } from './platform-kubernetes-real.ts';
import { local } from './platform-local.ts';
import type { Member } from './platform-member.ts';
import { githubActions, gitlabCi, jenkins } from './platform-pipelines.ts';
import { pretend } from './platform-pretend.ts';
import { render } from './platform-render.ts';
import { supabase } from './platform-supabase.ts';
import { vercel, vercelAtOnce } from './platform-vercel.ts';

/** Every platform that passes for one; how to become one is told in `platform-member.ts`. */
export const members: readonly Member[] = [
  local,
  pretend,
  cloudflare,
  docker,
  ecs,
  supabase,
  render,
  vercel,
  vercelAtOnce,
  kubernetesRolling,
  kubernetesBlueGreen,
  kubernetesGateway,
  kubernetesReplicas,
  ...realClusters(),
  githubActions,
  gitlabCi,
  jenkins,
];
