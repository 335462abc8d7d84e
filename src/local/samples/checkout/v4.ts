import { withAmount } from './statements.ts';
import { openTill } from './till.ts';

openTill({ statements: withAmount, newCheckout: () => 'New checkout' });
