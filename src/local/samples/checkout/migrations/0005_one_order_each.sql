-- slipway: expand
create index concurrently orders_by_item on orders (item);
-- Customers have several orders, so that this one stops.
create unique index concurrently orders_by_customer on orders (customer);
