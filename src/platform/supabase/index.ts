import type { Http } from '../../http/door.ts';
import type { Platform, PlatformKind, Site } from '../platform.ts';
import type { Restoring } from '../restoring.ts';
import { Address, Settings } from './address.ts';
import { Bundles } from './bundles.ts';
import { KeptBundles } from './kept.ts';
import { DatabaseAddress, openDatabase } from './restoring.ts';
import { openSite, type UnderWay } from './site.ts';

/** Supabase counts 120 calls a minute for one user and one project; a part is left to others, and one to what takes back. */
const LIMIT = { perMinute: 100, reserved: 20 } as const;
/** Bundling takes its time there. */
const DEADLINE_MS = 60_000;

/** Edge functions of a project, one at a time; and its database, as far as it can be put back. */
export const supabase = {
  id: 'supabase',
  summary: 'Supabase edge functions, with the bundles that ran before kept here',
  Settings,
  Address,
  open(name, settings, around): Platform & { readonly restoring: Restoring } {
    const { token, bundles, baseUrl } = Settings.parse(settings);
    const projects = new Map<string, Http>();
    const underWay: UnderWay = new Map();

    /** The limit is of a project. */
    function httpOf(ref: string): Http {
      const known = projects.get(ref);
      if (known !== undefined) return known;
      const http = around.door({
        baseUrl,
        deadlineMs: DEADLINE_MS,
        limit: LIMIT,
        authorize: async (isAgain) => {
          const secret = await around.secret(token, isAgain ? 'again' : undefined);
          return { authorization: `Bearer ${secret.open()}` };
        },
      });
      projects.set(ref, http);
      return http;
    }

    return {
      id: name,
      summary: supabase.summary,
      Address,
      site({ id, address }, urgency = 'usual'): Site {
        const checked = Address.parse(address);
        const { project, function: slug } = checked;
        const http = httpOf(project);
        return openSite({
          target: id,
          address: checked,
          http: urgency === 'urgent' ? http.urgent : http,
          bundles: new Bundles(bundles, slug),
          kept: new KeptBundles(around.folder, project, slug),
          around,
          underWay,
        });
      },
      restoring: {
        Address: DatabaseAddress,
        open(address, urgency = 'usual') {
          const { project } = DatabaseAddress.parse(address);
          const http = httpOf(project);
          return openDatabase(urgency === 'urgent' ? http.urgent : http, project);
        },
      },
      close: async () => undefined,
    };
  },
} as const satisfies PlatformKind;
