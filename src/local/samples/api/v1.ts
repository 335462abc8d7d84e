import { serve } from '../serve.ts';
import { plainOrders } from './answers.ts';

serve({ answer: plainOrders });
