import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** People type a product where they type a service, so that no name may be both. */
export function checkProducts({ products, services }: SlipwayFile): Wrong[] {
  return Object.entries(products).flatMap(([name, product]) => {
    const path = ['products', name];
    const both: Wrong[] = Object.hasOwn(services, name)
      ? [
          {
            path,
            message: 'is the name of a service too: people would not know which they order.',
            meant: [],
          },
        ]
      : [];
    const twice = product.services.flatMap((service, index): Wrong[] =>
      product.services.indexOf(service) === index
        ? []
        : [{ path: [...path, 'services', index], message: `${service} is named twice.`, meant: [] }],
    );
    const unknown = product.services.flatMap((service, index) =>
      exists('service', service, Object.keys(services), [...path, 'services', index]),
    );
    return [...both, ...twice, ...unknown];
  });
}
