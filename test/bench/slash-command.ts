import { createHmac, randomUUID } from 'node:crypto';
import { stringify } from 'node:querystring';

export const SIGNING_SECRET = 'a secret that only this benchmark knows';

/** A slash command as Slack delivers it, signed now; no two are the same. */
export function typed(): { body: string; headers: Record<string, string> } {
  const body = stringify({
    token: 'verification-token-is-deprecated',
    team_id: 'T0LOCAL',
    team_domain: 'local',
    channel_id: 'C0DEPLOYS',
    channel_name: 'deploys',
    user_id: 'U0ADA',
    user_name: 'ada',
    command: '/deploy-staging',
    text: 'api v2 --reason "the orders page shows its total"',
    api_app_id: 'A0SLIPWAY',
    is_enterprise_install: 'false',
    response_url: 'https://hooks.slack.com/commands/T0LOCAL/1234567890123/abcdefghijklmnopqrstuvwx',
    trigger_id: `1234567890123.1234567890.${randomUUID().replaceAll('-', '')}`,
  });
  const timestamp = `${Math.floor(Date.now() / 1_000)}`;
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': `${Buffer.byteLength(body)}`,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
}
