import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { supabase as kind } from '../../src/platform/supabase/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import { openSupabase, PROJECT } from '../stand-in/supabase/index.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';

const SLUG = 'orders';

export const supabase: Member = {
  name: 'supabase',
  does: 'replaces',
  async open(opening): Promise<World> {
    const standIn = await openSupabase();
    const folder = mkdtempSync(join(tmpdir(), 'slipway-supabase-'));
    const bundles = join(folder, 'bundles');
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(bundles, version), { recursive: true });
      writeFileSync(join(bundles, version, `${SLUG}.ts`), `export default '${version}'`);
    }
    const kept = join(folder, 'kept');
    const settings = { token: 'env:SUPABASE_ACCESS_TOKEN', bundles, baseUrl: standIn.url };
    const around = { ...aroundWith('not-a-real-token'), folder: kept };
    return {
      platform: settledSoon(kind.open('edge', settings, impatient(around, opening))),
      target: { id: 'orders/staging', address: { project: PROJECT, function: SLUG } },
      versions: { good: 'v1', better: 'v2', crashing: null },
      foreignAddress: { project: '../other', function: SLUG },
      calls: () => standIn.calls().length,
      ...troublesIn(standIn, {
        change: { method: ['POST', 'PATCH'], path: /\/functions\/(?:deploy|orders)$/ },
        question: { method: 'GET', path: /\/functions\/orders$/ },
        strangeWord: (json) => ({ ...(json as object), status: 'PONDERING' }),
      }),
      settle: async () => undefined,
      hands: {
        somebodyElse: async (version) => standIn.deployOutside(SLUG, version),
        forget: async () => rmSync(kept, { recursive: true, force: true }),
      },
      async close() {
        rmSync(folder, { recursive: true, force: true });
        await standIn.close();
      },
    };
  },
};
