import { Failed } from '../../core/failure.ts';
import type { Preview, Previews } from '../platform.ts';
import type { Client } from './client.ts';
import { existing } from './read.ts';
import { build } from './release.ts';
import type { Deployment, Project } from './schema.ts';
import { mark, metaOf, versionOf } from './version.ts';
import { howIs } from './words.ts';

/** What it is called outside: by its form alone nothing else can be meant. */
const PreviewId = /^preview-(dpl_[A-Za-z0-9]{1,64})$/;

/**
 * Previews that were made from here. One is deleted only when Vercel says, read just before, that it carries our mark of
 * a preview, has no target, and is no target of the project: no field that is missing can make a preview of production.
 */
export function previewsOf(client: Client, nowMs: () => number): Previews {
  return {
    async list() {
      const deployments = await client.deployments({});
      return deployments.filter(isPreview).map(previewOf);
    },
    async create(intent, { version }) {
      const project = await client.project();
      return previewOf(await build(client, project, intent, version, { target: null, nowMs: nowMs() }));
    },
    async destroy(_intent, previewId) {
      const id = PreviewId.exec(previewId)?.[1];
      if (id === undefined) throw notOne(previewId);
      const [deployment, project] = await Promise.all([existing(client, id), client.project()]);
      if (deployment === null) {
        throw new Failed({ code: 'not-found', message: `${previewId} is gone already`, retryAfterMs: null });
      }
      if (!isPreview(deployment) || isTarget(project, id) || deployment.projectId !== project.id)
        throw notOne(previewId);
      await client.delete(id);
    },
  };
}

function isPreview(deployment: Deployment): boolean {
  return (
    metaOf(deployment, mark.preview) === '1' && deployment.target == null && deployment.readySubstate == null
  );
}

function isTarget({ targets = {} }: Project, id: string): boolean {
  return Object.values(targets).some((target) => target?.id === id);
}

function previewOf(deployment: Deployment): Preview {
  return {
    id: `preview-${deployment.id}`,
    version: versionOf(deployment),
    health: howIs(deployment).health,
    url: deployment.url == null || deployment.url === '' ? null : `https://${deployment.url}`,
    owner: deployment.creator?.username ?? null,
    createdAtMs: deployment.createdAt,
    cost: null,
  };
}

function notOne(previewId: string): Failed {
  const message = `${previewId} is no preview of this project that was made from here: only those can be destroyed`;
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}
