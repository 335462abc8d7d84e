import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import type { AlarmKind, Silence } from '../alarm.ts';

/** An address and a reference to the secret that it is shown. On this machine alone plain HTTP is good enough. */
const Settings = z.strictObject({
  url: z
    .string()
    .refine(
      (text) =>
        URL.canParse(text) &&
        /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?\/)/.test(text) &&
        new URL(text).username === '',
      'must be an address such as https://alerts.example.com/mute',
    ),
  secret: SecretReference,
});

/**
 * Posts `{"action":"mute" | "unmute", "id", "service", "environment", "until", "reason"}` with the secret as a bearer
 * token. A null service or environment is every one of them; `until` is ISO 8601. It answers with 2xx and JSON, or nothing.
 */
export const webhook: AlarmKind = {
  id: 'webhook',
  summary: 'Posts JSON to an address that mutes and unmutes',
  Settings,
  open(name, settings, around) {
    const { url, secret } = Settings.parse(settings);
    const { origin, pathname, searchParams } = new URL(url);
    const cut = pathname.lastIndexOf('/');
    const http = around.door({
      baseUrl: `${origin}${pathname.slice(0, cut)}`,
      authorize: async () => ({ authorization: `Bearer ${await around.secret(secret)}` }),
    });
    const post = async (body: object) => {
      await http.post(pathname.slice(cut), body, z.unknown(), Object.fromEntries(searchParams));
    };
    return {
      name,
      mute: ({ id, scope, untilMs, reason }: Silence) =>
        post({ action: 'mute', id, ...scope, until: new Date(untilMs).toISOString(), reason }),
      unmute: ({ id, scope }) => post({ action: 'unmute', id, ...scope, until: null, reason: null }),
    };
  },
};
