import { withCustomer } from './statements.ts';
import { openTill } from './till.ts';

openTill({ statements: withCustomer, newCheckout: () => 'New checkout' });
