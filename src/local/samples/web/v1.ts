import { serve } from '../serve.ts';
import { listPage } from './pages.ts';

serve({ answer: (_, surroundings) => listPage(surroundings) });
