import { withoutNote } from './statements.ts';
import { openTill } from './till.ts';

openTill({ statements: withoutNote, newCheckout: () => 'New checkout' });
