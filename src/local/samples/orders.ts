/** What the sample shop has sold. Amounts in cents. */
export type SampleOrder = { readonly id: number; readonly item: string; readonly cents: number };

export const orders: readonly SampleOrder[] = [
  { id: 1, item: 'rope, 20 m', cents: 3_490 },
  { id: 2, item: 'anchor, 5 kg', cents: 7_900 },
  { id: 3, item: 'tar, one bucket', cents: 1_250 },
  { id: 4, item: 'lantern', cents: 2_400 },
];

export const totalCents = orders.reduce((sum, { cents }) => sum + cents, 0);
