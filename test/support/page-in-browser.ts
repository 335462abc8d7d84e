import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Act, Snapshot } from '../../src/local/workspace/page-contract.ts';
import { openChromium } from './chromium.ts';
import { type Heard, type PageServer, startPageServer } from './page-server.ts';
import { card, message, snapshot } from './page-world.ts';

/** The `ts` of the deployment's card that is there at the beginning. */
export const CARD = '1763640060.000100';
export const atCard = message(CARD, 'U0SLIPWAY', 'api v2 to staging: 40 %', {
  blocks: card(40),
  replyCount: 1,
});

export function world(me: string, more: Partial<Snapshot> = {}): Snapshot {
  return snapshot(me, { messages: { C0DEPLOYS: [atCard] }, ...more });
}

/** The page as Ada sees it, fresh for every test, and what stands behind it. */
export type OpenPage = {
  readonly page: Page;
  readonly server: PageServer;
  readonly composer: () => Locator;
  readonly acts: (kind: Act['kind']) => readonly Heard[];
  /** Waits until so many acts of this kind were heard, and gives the last one. */
  readonly heard: (kind: Act['kind'], count?: number) => Promise<Heard | undefined>;
};

/** Builds the page once, opens it for each test, and lets no mistake of it pass: errors on its console fail the test. */
export function pageForEachTest(): () => OpenPage {
  let folder = '';
  let browser: Browser;
  let open: OpenPage;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-page-'));
    await build({ root: 'src/local/page', logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    complaints.length = 0;
    const server = await startPageServer(folder, {
      U0ADA: world('U0ADA'),
      U0BEN: world('U0BEN', { messages: {} }),
    });
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
    open = opened(page, server);
    await page.goto(server.address);
    await open.composer().waitFor();
  });

  afterEach(async () => {
    await open.page.close();
    await open.server.close();
    // A connection that a test cut is no mistake of the page.
    expect(complaints.filter((complaint) => !complaint.includes('net::ERR_'))).toEqual([]);
  });

  return () => open;
}

function opened(page: Page, server: PageServer): OpenPage {
  const acts = (kind: Act['kind']) => server.heard.filter(({ act }) => act.kind === kind);
  return {
    page,
    server,
    composer: () => page.getByRole('combobox', { name: /^Message #deploys/ }),
    acts,
    heard: async (kind, count = 1) => {
      await expect.poll(() => acts(kind).length).toBe(count);
      return acts(kind).at(-1);
    },
  };
}
