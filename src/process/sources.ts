import type { Service } from '../core/catalog.ts';
import { samplesFolder } from '../local/index.ts';
import { openSource } from '../source/index.ts';
import type { Source } from '../source/source.ts';
import type { Settings } from './settings.ts';

/** Where services' code comes from, opened at each question: a configuration may be reloaded in between. */
export function sourcesFor({ servicesFolder }: Settings): (service: Service) => Source | null {
  const around = { folder: servicesFolder ?? samplesFolder };
  return ({ source }) => (source === null ? null : openSource(source, around));
}
