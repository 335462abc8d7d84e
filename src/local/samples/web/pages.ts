import { type Reply, say } from '../serve.ts';
import type { Surroundings } from '../surroundings.ts';
import { type ApiOrders, askApi } from './ask-api.ts';

/** The first version's page: a list. */
export async function listPage(surroundings: Surroundings): Promise<Reply> {
  const answer = await ordersOf(surroundings);
  return page(surroundings, '#f4f1ea', answer === null ? SORRY : list(answer));
}

/** The page since the second version: blue, and with what the orders are worth. */
export async function worthPage(surroundings: Surroundings): Promise<Reply> {
  const answer = await ordersOf(surroundings);
  if (answer === null) return page(surroundings, '#e3f0fb', SORRY);
  const cents = answer.orders.reduce((sum, order) => sum + order.cents, 0);
  return page(surroundings, '#e3f0fb', `<p><strong>${euros(cents)} in all</strong></p>${list(answer)}`);
}

const SORRY = '<p>The orders cannot be shown right now.</p>';

/** A page without orders is better than no page. */
async function ordersOf(surroundings: Surroundings): Promise<ApiOrders | null> {
  const answer = await askApi(surroundings);
  if (answer === null) say('warn', 'api gave no orders: the page goes without them');
  return answer;
}

function list({ orders }: ApiOrders): string {
  const items = orders.map(({ item, cents }) => `<li>${escaped(item)}: ${euros(cents)}</li>`);
  return `<ul>${items.join('')}</ul>`;
}

function page({ version, environment }: Surroundings, colour: string, content: string): Reply {
  const head = `<meta charset="utf-8"><title>Orders</title><style>body{background:${colour}}</style>`;
  const foot = `<footer>web ${escaped(version)} in ${escaped(environment)}</footer>`;
  const body = `<!doctype html><html lang="en"><head>${head}</head><body><h1>Orders</h1>${content}${foot}</body></html>\n`;
  return { status: 200, type: 'text/html', body };
}

function euros(cents: number): string {
  return `€ ${(cents / 100).toFixed(2)}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
