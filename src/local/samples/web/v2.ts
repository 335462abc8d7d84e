import { serve } from '../serve.ts';
import { worthPage } from './pages.ts';

serve({ answer: (_, surroundings) => worthPage(surroundings) });
