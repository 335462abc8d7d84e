import { resolve } from 'node:path';
import type { EngineParts } from '../engine/parts.ts';
import { answerOnce } from '../http/answer-once.ts';
import { certificateOf } from '../http/certificate.ts';
import { openDoorOut } from '../http/door.ts';
import { probe } from '../http/probe.ts';
import { recordsOf } from '../http/records.ts';
import { samplesFolder } from '../local/index.ts';
import { clock } from './clock.ts';
import { readReportFile } from './report-file.ts';
import type { Settings } from './settings.ts';

const ANSWER_MS = 20_000;

/** What gates may reach besides the platforms: addresses that their settings name, and whether a secret is there. */
export function gatesWorld({
  secrets,
  redact,
  servicesFolder,
}: Pick<Settings, 'secrets' | 'redact' | 'servicesFolder'>): Required<
  Pick<EngineParts, 'probe' | 'outside' | 'isSecretThere' | 'reach'>
> {
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
    reach: {
      file: (path) => readReportFile(resolve(servicesFolder ?? samplesFolder, path)),
      certificate: (host, port) => certificateOf({ host, port }),
      records: (name, type) => recordsOf(name, type),
      answer: answerOnce,
    },
  };
}
