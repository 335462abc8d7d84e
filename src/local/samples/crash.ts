import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './serve.ts';

/** What a service does that was started without what it needs: it says so and ends. */
export async function crash(service: string, why: string): Promise<never> {
  say('info', `${service} is starting`);
  await sleep(150);
  say('error', why);
  process.exit(1);
}
