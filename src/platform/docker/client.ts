import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Ask, Http, Reply } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import type { Settings } from './address.ts';
import { insistOnPulled } from './pull.ts';
import { Container, ContainerList, Created, Image, ImageList } from './schema.ts';

/** 1.47 is the newest version of the API that this was written against; an older engine is spoken to in its own. */
const API_MINOR = 47;

export type Ways = {
  readonly calls: Http;
  /** The same engine, with the patience that a pull takes, and a stop. */
  readonly slow: Http;
  secret(reference: string): Promise<{ open(): string }>;
  readonly registry: Settings['registry'];
};

export type Client = ReturnType<typeof clientOf>;

/** Every path begins with the version of the API, which is asked for once. */
function speakerOf({ calls, slow }: Ways) {
  let api: Promise<string> | null = null;
  const version = () => {
    api ??= ask(calls).catch((error: unknown) => {
      api = null;
      throw error;
    });
    return api;
  };
  async function send<T>(asked: Ask<T>, isSlow = false): Promise<Reply<T | null>> {
    const base = await version();
    return (isSlow ? slow : calls).send({ ...asked, path: `${base}${asked.path}` });
  }
  const tell = async (asked: Omit<Ask<undefined>, 'Answer' | 'as'>, isSlow = false) =>
    (await send({ ...asked, as: 'nothing', Answer: z.undefined() }, isSlow)).status;
  return { send, tell };
}

/** The engine's API as far as we use it: one call a method, every answer checked. */
export function clientOf(ways: Ways) {
  const { send, tell } = speakerOf(ways);

  return {
    /** Null when there is none of that name. */
    container: async (name: string) => {
      const asked = { method: 'GET', path: path`/containers/${name}/json`, Answer: Container } as const;
      const { status, value } = await send({ ...asked, okStatuses: [404] });
      return status === 404 ? null : value;
    },
    /** Running or not, newest first. */
    containers: async (filters: Readonly<Record<string, readonly string[]>>) => {
      const query = { all: true, filters: JSON.stringify(filters) };
      return must(await send({ method: 'GET', path: '/containers/json', query, Answer: ContainerList }));
    },
    /** False when there is one of that name already. */
    create: async (name: string, json: unknown) => {
      const asked = { method: 'POST', path: '/containers/create', Answer: Created } as const;
      const { status } = await send({ ...asked, query: { name }, body: { json }, okStatuses: [409] });
      return status !== 409;
    },
    /** The status: 204, 304 when it runs already, and anything else when the engine could not start it. */
    start: (name: string) =>
      tell({ method: 'POST', path: path`/containers/${name}/start`, okStatuses: [304, 400, 404, 409, 500] }),
    stop: (name: string, seconds: number) =>
      tell(
        {
          method: 'POST',
          path: path`/containers/${name}/stop`,
          query: { t: seconds },
          okStatuses: [304, 404],
        },
        true,
      ),
    remove: (name: string) =>
      tell({ method: 'DELETE', path: path`/containers/${name}`, okStatuses: [404, 409] }),
    logs: async (name: string, query: Readonly<Record<string, string | number | boolean>>) => {
      const asked = { method: 'GET', path: path`/containers/${name}/logs`, as: 'bytes' } as const;
      return must(await send({ ...asked, query, Answer: z.instanceof(Uint8Array) }));
    },
    hasImage: async (image: string) => {
      const asked = { method: 'GET', path: path`/images/${image}/json`, Answer: Image } as const;
      return (await send({ ...asked, okStatuses: [404] })).status !== 404;
    },
    images: async (repository: string) => {
      const query = { filters: JSON.stringify({ reference: [repository] }) };
      return must(await send({ method: 'GET', path: '/images/json', query, Answer: ImageList }));
    },
    /** Harmless, and may be said again: a pull makes an image and starts nothing. */
    pull: async (repository: string, tag: string) => {
      const asked: Ask<string> = {
        method: 'POST',
        path: '/images/create',
        query: { fromImage: repository, tag },
        headers: await login(ways),
        as: 'text',
        Answer: z.string(),
        isRead: true,
      };
      insistOnPulled(must(await send(asked, true)), `${repository}:${tag}`);
    },
  };
}

async function login({ registry, secret }: Ways): Promise<Record<string, string>> {
  if (registry === undefined) return {};
  const { server, username } = registry;
  const password = (await secret(registry.password)).open();
  const said = JSON.stringify({ username, password, serveraddress: server });
  return { 'x-registry-auth': Buffer.from(said).toString('base64url') };
}

async function ask(http: Http): Promise<string> {
  const reply = await http.send({ method: 'GET', path: '/_ping', as: 'text', Answer: z.string() });
  const said = /^1\.(\d{1,3})$/.exec(reply.header('api-version') ?? '');
  if (said !== null) return `/v1.${Math.min(Number(said[1]), API_MINOR)}`;
  const message = 'the engine does not say which version of its API it speaks, or one that we do not know';
  throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
}

/** Without `okStatuses` there is always a value. */
function must<T>({ value }: Reply<T | null>): T {
  return value as T;
}
