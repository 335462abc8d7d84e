import type { Reply } from '../../../core/answer.ts';
import type { PreviewOrder } from '../../../core/desk.ts';
import type { Visiting } from '../visitor.ts';
import { createPreview } from './create.ts';
import { destroyPreview, extendPreview } from './end.ts';
import { listPreviews } from './list.ts';

/** Copies of a service that live for a while: make one, see them, keep one longer, take one away. */
export function previews(visiting: Visiting, order: PreviewOrder): Promise<Reply> {
  switch (order.kind) {
    case 'create':
      return createPreview(visiting, order);
    case 'list':
      return listPreviews(visiting, order.service);
    case 'extend':
      return extendPreview(visiting, order.id, order.forMs);
    case 'destroy':
      return destroyPreview(visiting, order.id);
  }
}
