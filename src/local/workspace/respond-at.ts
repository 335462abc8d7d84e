import { parsed } from './http/body.ts';
import { jsonReply, type Reply, textReply } from './http/reply.ts';
import { isJson } from './model.ts';
import { respond } from './respond.ts';
import { strikes, type World } from './world.ts';

/** A post to a `response_url`: five within thirty minutes, then 404 with `used_url` or `expired_url`. */
export async function answerResponseUrl(world: World, id: string, body: Buffer): Promise<Reply | 'dropped'> {
  const at = world.settings.nowMs();
  const value = parsed(body.toString('utf8'));
  const args = isJson(value) ? value : {};
  const done = world.wire.begin({ direction: 'from-bot', what: 'response_url', body: args });
  const { latencyMs, serverErrorPercent, dropAfterPercent } = world.faults();
  if (latencyMs > 0) await world.pause(latencyMs);
  const note = (status: number | null, error: string | null, wasDone: boolean, ts: string | null): void => {
    const ok = status === 200 && wasDone;
    world.ledger.add({ at, method: 'response_url', args, status, ok, wasDone, error, channel: null, ts });
    done(status, error ?? 'ok');
  };
  const fail = (status: number, error: string, messages: readonly string[] = []): Reply => {
    note(status, error, false, null);
    const more = messages.length === 0 ? {} : { response_metadata: { messages } };
    return jsonReply(status, { ok: false, error, ...more });
  };
  if (strikes(world, serverErrorPercent)) return fail(500, 'internal_error');
  const target = world.responseUrls.use(id);
  if (typeof target === 'string') return fail(404, target);
  if (!isJson(value)) return fail(400, 'invalid_payload');
  const responded = respond(world, target, value);
  if (!responded.ok) return fail(400, responded.error, responded.messages);
  if (target.originalTs === null) world.responseUrls.setOriginal(id, responded.ts);
  const isDropped = strikes(world, dropAfterPercent);
  note(isDropped ? null : 200, isDropped ? 'done, and the connection was dropped' : null, true, responded.ts);
  return isDropped ? 'dropped' : textReply(200, 'ok');
}
