import { createHmac } from 'node:crypto';

/**
 * The headers by which an app knows that a request is Slack's: HMAC-SHA256 over `v0:<seconds>:<body>`
 * (docs.slack.dev, "Verifying requests from Slack").
 */
export function signatureHeaders(signingSecret: string, body: string, nowMs: number): Record<string, string> {
  const seconds = String(Math.floor(nowMs / 1_000));
  const digest = createHmac('sha256', signingSecret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': seconds, 'x-slack-signature': `v0=${digest}` };
}
