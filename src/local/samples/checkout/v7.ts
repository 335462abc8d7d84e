import { withCustomer } from './statements.ts';
import { openTill } from './till.ts';

openTill({
  statements: withCustomer,
  newCheckout: () => {
    throw new Error('the new checkout asks a cashier that nobody has started');
  },
});
