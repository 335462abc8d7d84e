import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import type { Kept } from './kept.ts';
import { EdgeFunction, PartHealth, Project } from './schema.ts';

const ESZIP = 'application/vnd.denoland.eszip';
const ENTRYPOINT = 'index.ts';

export type Deploying = { readonly name: string; readonly verifyJwt: boolean };

/** One project, as far as one of its functions goes. */
export type EdgeProject = {
  status(): Promise<z.infer<typeof Project>>;
  /** Null where there is no function of that slug. */
  read(): Promise<EdgeFunction | null>;
  health(parts: readonly string[]): Promise<readonly PartHealth[]>;
  /** The bundle that runs, as Supabase made it. */
  body(): Promise<Uint8Array<ArrayBuffer>>;
  /** Supabase makes a bundle of the source and puts it in the place of the one before. */
  deploy(source: Uint8Array<ArrayBuffer>, how: Deploying): Promise<EdgeFunction>;
  /** Puts a bundle that was kept in the place of the one before, as it is. */
  putBack(kept: Kept, name: string): Promise<EdgeFunction>;
};

export function openProject(http: Http, ref: string, slug: string): EdgeProject {
  const own = path`/v1/projects/${ref}/functions/${slug}`;
  return {
    status: () => http.get(path`/v1/projects/${ref}`, Project),
    async read() {
      const { value } = await http.send({
        method: 'GET',
        path: own,
        Answer: EdgeFunction,
        okStatuses: [404],
      });
      return value;
    },
    health: (parts) =>
      http.get(path`/v1/projects/${ref}/health`, z.array(PartHealth), { services: [...parts] }),
    async body() {
      const { value } = await http.send({
        method: 'GET',
        path: `${own}/body`,
        as: 'bytes',
        // Whoever asks for JSON or a form may get the sources, of which no bundle of the same bytes can be made again.
        headers: { accept: '*/*' },
        Answer: z.instanceof(Uint8Array),
      });
      return new Uint8Array(value);
    },
    async deploy(source, { name, verifyJwt }) {
      const form = new FormData();
      form.append('metadata', JSON.stringify({ entrypoint_path: ENTRYPOINT, name, verify_jwt: verifyJwt }));
      form.append('file', new File([source], ENTRYPOINT, { type: 'application/typescript' }));
      const { value } = await http.send({
        method: 'POST',
        path: path`/v1/projects/${ref}/functions/deploy`,
        // Left out, a function of a new slug is made beside the one that was meant.
        query: { slug },
        body: form,
        Answer: EdgeFunction,
      });
      return value;
    },
    async putBack(kept, name) {
      const { value } = await http.send({
        method: 'PATCH',
        path: own,
        query: {
          name,
          verify_jwt: kept.verifyJwt,
          ezbr_sha256: createHash('sha256').update(kept.bytes).digest('hex'),
          ...(kept.entrypointPath === null ? {} : { entrypoint_path: kept.entrypointPath }),
          ...(kept.importMapPath === null ? {} : { import_map_path: kept.importMapPath }),
        },
        body: { type: ESZIP, text: kept.bytes },
        Answer: EdgeFunction,
      });
      return value;
    },
  };
}
