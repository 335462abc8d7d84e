import { orders, totalCents } from '../orders.ts';
import type { Reply } from '../serve.ts';

/** The first version's answer: the orders and nothing else. */
export function plainOrders(): Reply {
  return json({ version: 'v1', orders });
}

/** The answer since the second version: with what the orders are worth. */
export function ordersWithTotal(version: string): Reply {
  return json({ version, orders, total: { cents: totalCents, orders: orders.length } });
}

function json(body: unknown): Reply {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}
