import { serve } from '../serve.ts';
import { ordersWithTotal } from './answers.ts';

serve({ answer: () => ordersWithTotal('v4'), slowness: 1.3 });
