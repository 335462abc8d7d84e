import { serve } from '../serve.ts';
import { ordersWithTotal } from './answers.ts';

serve({ answer: () => ordersWithTotal('v7'), complaint: 'waiting for a ledger that nobody started' });
