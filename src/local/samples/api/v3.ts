import { serve } from '../serve.ts';
import { ordersWithTotal } from './answers.ts';

/** One request in twenty fails. */
serve({ answer: () => ordersWithTotal('v3'), failsEvery: 20 });
