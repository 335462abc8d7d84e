import { inOrderOfNeeds, type Product, productNamed, serviceNamed, targetOf } from '../../core/catalog.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { type Asked, findPlace, type Place } from './place.ts';
import type { Visiting } from './visitor.ts';

/** Everything that an order names: one service in one environment, or all of a product's that run there. */
export type Places = {
  /** Null for a service by itself. */
  readonly product: Product | null;
  /** Each after those of them that it needs. At least one. */
  readonly places: readonly Place[];
};

/** Whoever orders a product needs to be allowed everything in it: nothing is left out in silence. */
export function findPlaces(visiting: Visiting, asked: Asked): Places | Refusal {
  const catalog = visiting.parts.catalog();
  const product = productNamed(catalog, asked.service);
  if (product === null) {
    const place = findPlace(visiting, asked);
    return isRefusal(place) ? place : { product, places: [place] };
  }
  const services = product.services.flatMap((name) => serviceNamed(catalog, name) ?? []);
  const here = services.filter((service) => targetOf(service, asked.environment) !== null);
  if (here.length === 0) return runsNowhere(visiting, product, asked);
  const places: Place[] = [];
  for (const { name } of inOrderOfNeeds(here)) {
    const place = findPlace(visiting, { ...asked, service: name });
    if (isRefusal(place)) return place;
    places.push(place);
  }
  return { product, places };
}

/** Permission is looked at first, at a place of its own, so that a refusal tells a stranger nothing. */
function runsNowhere(visiting: Visiting, { name, services }: Product, asked: Asked): Refusal {
  const [first] = services;
  const place = findPlace(visiting, { ...asked, service: first ?? name });
  if (isRefusal(place) && place.code === 'not-allowed') return place;
  return refuse(
    'not-found',
    [`No service of ${name} runs in an environment named `, code(asked.environment), '.'],
    {
      next: ['It is made of: ', code(services.join(', ')), '.'],
    },
  );
}
