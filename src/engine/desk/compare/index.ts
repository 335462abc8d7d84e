import type { Reply } from '../../../core/answer.ts';
import type { CompareQuestion } from '../../../core/desk.ts';
import type { Visiting } from '../visitor.ts';
import { compareEnvironments } from './environments.ts';
import { compareService } from './service.ts';

/** What differs between two versions, or between what really runs in two environments. */
export function compare(visiting: Visiting, question: CompareQuestion): Promise<Reply> {
  const { service, base, head } = question;
  return service === null
    ? compareEnvironments(visiting, { base, head })
    : compareService(visiting, { service, base, head });
}
