import type { EngineParts } from '../engine/parts.ts';
import { openDoorOut } from '../http/door.ts';
import { probe } from '../http/probe.ts';
import { clock } from './clock.ts';
import type { Settings } from './settings.ts';

const ANSWER_MS = 20_000;

/** What gates may reach besides the platforms: addresses that their settings name, and whether a secret is there. */
export function gatesWorld({
  secrets,
  redact,
}: Pick<Settings, 'secrets' | 'redact'>): Required<Pick<EngineParts, 'probe' | 'outside' | 'isSecretThere'>> {
  const door = openDoorOut({ clock, random: Math.random, redact });
  const bearer = (secret: string) => async (isAgain: boolean) => {
    const value = await (isAgain ? secrets.readAgain(secret) : secrets.read(secret));
    return { authorization: `Bearer ${value.open()}` };
  };
  return {
    probe,
    outside: (baseUrl, secret) =>
      door({ baseUrl, deadlineMs: ANSWER_MS, ...(secret === null ? {} : { authorize: bearer(secret) }) }),
    isSecretThere: (reference) => secrets.isSet(reference),
  };
}
