import type { Naming } from '../naming.ts';
import type { PlatformKind, Site } from '../platform.ts';
import type { RoutingPlatform } from '../router.ts';
import { Address, RouterAddress, Settings } from './address.ts';
import { Book } from './book.ts';
import { openApi } from './client.ts';
import { DnsAddress, openRecord } from './dns.ts';
import type { Memory } from './learn.ts';
import { openLoadBalancer } from './router.ts';
import { openSite } from './site.ts';

/** Workers, load balancers that share traffic out between others, and names. */
export const cloudflare = {
  id: 'cloudflare',
  summary: 'Cloudflare Workers by their uploaded versions, and load balancers as routers',
  Settings,
  Address,
  open(name, settings, around): RoutingPlatform & { readonly naming: Naming } {
    const checked = Settings.parse(settings);
    const apiFor = openApi(checked, around);
    const books = new Map<string, Book>();
    const memory: Memory = new Map();

    function bookOf(worker: string): Book {
      const book = books.get(worker) ?? new Book(checked.account, worker);
      books.set(worker, book);
      return book;
    }

    return {
      id: name,
      summary: cloudflare.summary,
      Address,
      site({ id, address }, urgency = 'usual'): Site {
        const { worker, url } = Address.parse(address);
        const place = { target: id, account: checked.account, worker, url: url ?? null };
        return openSite(place, apiFor(urgency), bookOf(worker), memory, around);
      },
      routing: {
        Address: RouterAddress,
        open: (address, urgency = 'usual') =>
          openLoadBalancer(RouterAddress.parse(address), checked.account, apiFor(urgency)),
      },
      naming: {
        Address: DnsAddress,
        open: (address, urgency = 'usual') => openRecord(DnsAddress.parse(address), apiFor(urgency)),
      },
      close: async () => undefined,
    };
  },
} as const satisfies PlatformKind;
