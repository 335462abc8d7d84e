import type { Health } from '../platform.ts';
import type { Deployment } from './schema.ts';

type Word = { readonly health: Health; readonly say: string };

/** Words of `readyState` in Vercel's description of its API and in its SDK. Any other word is `unknown`. */
const words: ReadonlyMap<string, Word> = new Map([
  ['QUEUED', { health: 'starting', say: 'waits for its turn at Vercel' }],
  ['BUILDING', { health: 'starting', say: 'is being built' }],
  ['INITIALIZING', { health: 'starting', say: 'is being prepared' }],
  ['READY', { health: 'healthy', say: 'ready' }],
  ['BLOCKED', { health: 'unhealthy', say: 'Vercel holds it back until somebody there lets it go on' }],
  ['ERROR', { health: 'gone', say: 'its build failed' }],
  ['CANCELED', { health: 'gone', say: 'was cancelled' }],
  ['DELETED', { health: 'gone', say: 'was deleted' }],
]);

const substates: ReadonlySet<string> = new Set(['STAGED', 'ROLLING', 'PROMOTED']);

/** How a deployment is by itself, whoever it serves. Checks that run or have failed keep it from being healthy. */
export function howIs(deployment: Deployment): Word {
  const { readyState, readySubstate, errorMessage } = deployment;
  const word = words.get(readyState ?? '');
  if (word === undefined) return unknown(readyState);
  if (readySubstate != null && !substates.has(readySubstate)) return unknown(readySubstate);
  if (word.health === 'gone' && errorMessage != null)
    return { ...word, say: `${word.say}: ${oneLine(errorMessage)}` };
  return word.health === 'healthy' ? afterChecks(deployment, word) : word;
}

export function isBeingMade({ readyState }: Deployment): boolean {
  return words.get(readyState ?? '')?.health === 'starting';
}

function afterChecks({ checksState, checksConclusion }: Deployment, word: Word): Word {
  if (checksState == null) return word;
  if (checksState === 'registered' || checksState === 'running')
    return { health: 'starting', say: 'is built, and its checks run' };
  if (checksState !== 'completed') return unknown(checksState);
  switch (checksConclusion) {
    case 'succeeded':
    case 'skipped':
      return word;
    case 'failed':
    case 'canceled':
      return {
        health: 'unhealthy',
        say: `its checks ${checksConclusion === 'failed' ? 'failed' : 'were cancelled'}`,
      };
    default:
      return unknown(checksConclusion);
  }
}

function unknown(word: string | null | undefined): Word {
  const say =
    word == null ? 'Vercel does not say how it is' : `Vercel says “${oneLine(word)}”, which we do not know`;
  return { health: 'unknown', say };
}

export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 160);
}
