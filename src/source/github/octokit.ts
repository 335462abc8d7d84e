import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { Around } from '../source.ts';
import type { Settings } from './settings.ts';

/** Longer than this nobody waits for a limit to pass: whoever asked is told when to come again. */
const WAIT_MAX_S = 2;

const ThrottledOctokit = Octokit.plugin(retry, throttling);
const silent = () => undefined;

/** Octokit with its limits and retries, over the process's own `fetch`. */
export function openOctokit({ url, repository }: Settings, { fetch }: Around) {
  const isWorthWaiting = (seconds: number, _options: object, _octokit: object, retryCount: number) =>
    seconds <= WAIT_MAX_S && retryCount === 0;
  return new ThrottledOctokit({
    baseUrl: url.replace(/\/$/, ''),
    userAgent: 'slipway',
    request: { fetch },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    retry: { retries: 1, retryAfterBaseValue: 300 },
    // Limits are counted apart: one repository that is asked too often keeps no other waiting.
    throttle: {
      id: `${url} ${repository}`,
      onRateLimit: isWorthWaiting,
      onSecondaryRateLimit: isWorthWaiting,
    },
  });
}
