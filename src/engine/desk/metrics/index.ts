import type { Reply } from '../../../core/answer.ts';
import type { MetricsQuestion } from '../../../core/desk.ts';
import type { Visiting } from '../visitor.ts';
import { deliveryMetrics } from './delivery.ts';
import { serviceMetrics } from './service.ts';

/** How a service does, or how well its deployments go. */
export function metrics(visiting: Visiting, question: MetricsQuestion): Promise<Reply> {
  return question.isDelivery ? deliveryMetrics(visiting, question) : serviceMetrics(visiting, question);
}
