import { serve } from '../serve.ts';
import { worthPage } from './pages.ts';

/** One request in twenty fails. */
serve({ answer: (_, surroundings) => worthPage(surroundings), failsEvery: 20 });
