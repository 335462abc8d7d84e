import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import { path } from '../../http/path.ts';
import type { Api } from './client.ts';
import { type NamedVersion, nameVersions } from './names.ts';
import { WorkerVersion, WorkerVersions } from './schema.ts';

/**
 * What the versions of one Worker are called. A version never changes, so that its name is remembered: looking at what
 * serves then takes one call instead of two. What can be deployed is asked for anew each time.
 */
export class Book {
  readonly #account: string;
  readonly #worker: string;
  #known = new Map<string, NamedVersion>();

  constructor(account: string, worker: string) {
    this.#account = account;
    this.#worker = worker;
  }

  /** Everything that Cloudflare would deploy now, newest first. */
  async deployable(api: Api): Promise<readonly NamedVersion[]> {
    const { items } = await api.call(
      {
        method: 'GET',
        path: path`/accounts/${this.#account}/workers/scripts/${this.#worker}/versions`,
        query: { deployable: true },
      },
      WorkerVersions,
    );
    const named = nameVersions(items);
    for (const version of named) this.#known.set(version.id, version);
    return named;
  }

  /** Learns what these are called. One that is not deployable any more is asked for by itself. */
  async learn(api: Api, ids: readonly string[]): Promise<void> {
    const isKnown = (id: string) => this.#known.has(id);
    if (ids.every(isKnown)) return;
    await this.deployable(api);
    for (const id of ids.filter((each) => !isKnown(each))) await this.#learnOne(api, id);
  }

  nameOf(id: string): Version {
    const known = this.#known.get(id);
    return known === undefined
      ? { name: id.slice(0, 8), commit: null }
      : { name: known.name, commit: known.commit };
  }

  /** One that even Cloudflare does not know any more goes by the beginning of its id. */
  async #learnOne(api: Api, id: string): Promise<void> {
    try {
      const version = await api.call(
        {
          method: 'GET',
          path: path`/accounts/${this.#account}/workers/scripts/${this.#worker}/versions/${id}`,
        },
        WorkerVersion,
      );
      for (const named of nameVersions([version])) this.#known.set(id, named);
    } catch (error) {
      if (!(error instanceof Failed) || error.failure.code !== 'not-found') throw error;
    }
  }
}
