import type { z } from 'zod';
import type { Ask, Query, Reply } from './ask.ts';
import type { Host } from './host.ts';
import { type DoorWorld, Server } from './server.ts';

export type { Ask, Body, Query, Reply } from './ask.ts';
export type { Connect, Host, Limit } from './host.ts';
export type { DoorWorld } from './server.ts';

/** Every method rejects with `Failed` and nothing else for what the world does. Paths are built with `path`. */
export type Http = {
  get<T>(path: string, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  post<T>(path: string, body: unknown, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  put<T>(path: string, body: unknown, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  patch<T>(path: string, body: unknown, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  delete<T>(path: string, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  /** For everything that the others cannot say, and for whoever has to know the status or a header. */
  send<T>(asked: Ask<T> & { readonly okStatuses?: undefined }): Promise<Reply<T>>;
  /** With `okStatuses`, the value is null where such a status comes without what `Answer` describes. */
  send<T>(asked: Ask<T>): Promise<Reply<T | null>>;
  /** The same host for what takes something back: it may use the reserve, and does not wait for what a server has asked. */
  readonly urgent: Http;
};

/**
 * The only way out: every call ends, every answer is checked, every failure has a name. Reads are repeated while the
 * budget lasts; what changes something is sent once, and its lost answer is `outcome-unknown`, never a retry. Whoever
 * may not ask yet waits while the deadline allows it, and is `rate-limited` otherwise; nothing was sent then.
 */
export function openDoor(world: DoorWorld): (host: Host) => Http {
  return (host) => {
    const server = new Server(world, host);
    return httpOf(server, false, httpOf(server, true, null));
  };
}

/** The same into the real world. */
export function openDoorOut(world: Omit<DoorWorld, 'fetch'>): (host: Host) => Http {
  return openDoor({ ...world, fetch: (input, init) => fetch(input, init) });
}

/** `urgent`: null for the one that is urgent itself. */
function httpOf(server: Server, isUrgent: boolean, urgent: Http | null): Http {
  async function value<T>(asked: Ask<T>): Promise<T> {
    // Without `okStatuses` there is always a value.
    return (await server.call(asked, isUrgent)).value as T;
  }
  const http: Http = {
    get: (path, Answer, query) => value({ method: 'GET', path, Answer, query }),
    post: (path, body, Answer, query) => value({ method: 'POST', path, body: jsonOf(body), Answer, query }),
    put: (path, body, Answer, query) => value({ method: 'PUT', path, body: jsonOf(body), Answer, query }),
    patch: (path, body, Answer, query) => value({ method: 'PATCH', path, body: jsonOf(body), Answer, query }),
    delete: (path, Answer, query) => value({ method: 'DELETE', path, Answer, query }),
    send: <T>(asked: Ask<T>) => server.call(asked, isUrgent) as Promise<Reply<T>>,
    get urgent() {
      return urgent ?? http;
    },
  };
  return http;
}

function jsonOf(body: unknown): Ask<unknown>['body'] {
  return body === undefined ? undefined : { json: body };
}
