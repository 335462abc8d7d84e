export { openWebhookDoor, type WebhookDoor } from './door.ts';
export { serveWebhooks } from './serve.ts';
