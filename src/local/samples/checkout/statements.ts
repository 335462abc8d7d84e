import type { Statements } from './orders-table.ts';

const newest = 'from orders order by id desc limit 5';

/** Of the first version. */
export const noted: Statements = {
  insert: "insert into orders (item, cents, note) values ($1, $2, 'for ' || $3::text)",
  select: `select id, item, cents, note as who ${newest}`,
};

/** Since the second: with whose order it is, and still with the note. */
export const withCustomer: Statements = {
  insert: "insert into orders (item, cents, customer, note) values ($1, $2, $3, '')",
  select: `select id, item, cents, customer || note as who ${newest}`,
};

/** Of the third: nobody asks for the note any more, so that it may go. */
export const withoutNote: Statements = {
  insert: 'insert into orders (item, cents, customer) values ($1, $2, $3)',
  select: `select id, item, cents, customer as who ${newest}`,
};

/** Of the fourth: what it costs has another name. */
export const withAmount: Statements = {
  insert: 'insert into orders (item, amount, customer) values ($1, $2, $3)',
  select: `select id, item, amount as cents, customer as who ${newest}`,
};
