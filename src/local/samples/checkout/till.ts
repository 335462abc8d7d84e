import { type Reply, serve } from '../serve.ts';
import { readSurroundings, type Surroundings } from '../surroundings.ts';
import { openFlag } from './flag.ts';
import { keepOrders, type Row, type Statements } from './orders-table.ts';

type Till = {
  readonly statements: Statements;
  /** What the page of whoever is given the new checkout says; left out where this version knows of no such thing. */
  readonly newCheckout?: () => string;
};

/** One version of checkout: a page with the newest orders, as they stand in its database. */
export function openTill({ statements, newCheckout }: Till): void {
  const surroundings = readSurroundings();
  const home = surroundings.home();
  const table = keepOrders(home, surroundings.environment, statements);
  const isGiven = openFlag(home, surroundings.environment, 'new-checkout');
  serve({
    async answer() {
      const orders = table.orders();
      const isNew = newCheckout !== undefined && (await isGiven());
      return page(surroundings, isNew ? newCheckout() : 'Checkout', orders);
    },
  });
}

function page({ version, environment }: Surroundings, title: string, orders: readonly Row[]): Reply {
  const head = `<meta charset="utf-8"><title>${title}</title>`;
  const items = orders.map(
    ({ item, cents, who }) =>
      `<li>${item}: € ${(cents / 100).toFixed(2)}${who === '' ? '' : `, ${who}`}</li>`,
  );
  const foot = `<footer>checkout ${version} in ${environment}</footer>`;
  const body = `<!doctype html><html lang="en"><head>${head}</head><body><h1>${title}</h1><ul>${items.join('')}</ul>${foot}</body></html>\n`;
  return { status: 200, type: 'text/html', body };
}
