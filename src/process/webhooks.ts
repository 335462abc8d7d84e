import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/store.ts';
import { openWebhookDoor, serveWebhooks, type WebhookDoor } from '../webhook/index.ts';
import { clock } from './clock.ts';
import type { Closing } from './closing.ts';
import { type Settings, SettingsRefused } from './settings.ts';

/** Where platforms may ring; looks at what runs, and can do nothing else. */
export function webhookDoor(
  settings: Settings,
  engine: Engine,
  { inbox }: Store,
  closing: Closing,
): WebhookDoor {
  const { configuration, secrets, log } = settings;
  const door = openWebhookDoor({
    webhooks: () => configuration.current().webhooks,
    catalog: () => configuration.current().catalog,
    secret: async (reference) => (await secrets.read(reference)).open(),
    inbox,
    look: engine.lookNow,
    tell: engine.alertTold,
    clock,
    log: log.child({ part: 'webhook' }),
  });
  closing.add('bells', () => door.close());
  return door;
}

/**
 * A port of their own, where one is configured. Without one they come in where Slack does.
 * @param isShared whether they do: Slack delivers over HTTP
 * @throws {SettingsRefused} for webhooks that nobody could deliver
 */
export async function openWebhookPort(
  { configuration }: Settings,
  door: WebhookDoor,
  { isShared, host }: { readonly isShared: boolean; readonly host: string },
  closing: Closing,
): Promise<void> {
  const { webhookPort, webhooks } = configuration.current();
  if (webhookPort !== null) {
    const served = await serveWebhooks(door, { host, port: webhookPort });
    closing.add('webhooks', () => served.close());
  } else if (webhooks.length > 0 && !isShared) {
    throw new SettingsRefused([
      'There are webhooks, and nothing listens for them: Slack does not deliver over HTTP here. Set http.webhookPort, such as 3001.',
    ]);
  }
}
