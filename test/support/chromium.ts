import { type Browser, chromium } from 'playwright-core';
import { findProgram, INSTALL } from './server.ts';
import { skipped } from './skips.ts';

const path = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
  .map((name) => findProgram(name, ['/usr/bin']))
  .find((found) => found !== null);

/** Whether a browser is installed here; says aloud what is skipped for want of one. */
export function hasChromium(forWhat: string): boolean {
  if (path !== undefined) return true;
  skipped(forWhat, 'Chromium is not installed', INSTALL);
  return false;
}

/** A browser without a window, that asks nothing of the network by itself. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: path ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
