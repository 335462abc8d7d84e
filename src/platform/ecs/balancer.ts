import { z } from 'zod';
import { checked, clientSettings } from '../../http/aws/client-settings.ts';
import { named } from '../../http/aws/through-door.ts';
import type { Opened } from './client.ts';
import { type Action, Rule, TargetHealth } from './schema.ts';

export type Balancer = ReturnType<typeof balancerOf>;

const Healths = z.object({ TargetHealthDescriptions: TargetHealth });

/** Elastic Load Balancing as far as we use it: one call a method, every answer checked. Loaded when it is first used. */
export function balancerOf(opened: Opened, ruleArn: string) {
  const endpoint = opened.settings.endpoints?.loadBalancing;
  const load = async (isRead: boolean) => {
    const sdk = await import('@aws-sdk/client-elastic-load-balancing-v2');
    return { sdk, client: new sdk.ElasticLoadBalancingV2Client(clientSettings(opened, endpoint, isRead)) };
  };
  let reading: ReturnType<typeof load> | null = null;
  let changing: ReturnType<typeof load> | null = null;

  const Rules = z.object({ Rules: z.tuple([Rule.extend({ RuleArn: z.literal(ruleArn) })]) });

  return {
    rule: async (): Promise<Rule> => {
      reading ??= load(true);
      const { sdk, client } = await reading;
      const asked = new sdk.DescribeRulesCommand({ RuleArns: [ruleArn] });
      const answer = await named('elb DescribeRules', true, () => client.send(asked));
      return checked('DescribeRules', true, Rules, answer).Rules[0];
    },
    healthOf: async (TargetGroupArn: string): Promise<TargetHealth> => {
      reading ??= load(true);
      const { sdk, client } = await reading;
      const asked = new sdk.DescribeTargetHealthCommand({ TargetGroupArn });
      const answer = await named('elb DescribeTargetHealth', true, () => client.send(asked));
      return checked('DescribeTargetHealth', true, Healths, answer).TargetHealthDescriptions;
    },
    /** The whole of what the rule does. */
    modify: async (actions: readonly Action[]): Promise<Rule> => {
      changing ??= load(false);
      const { sdk, client } = await changing;
      // They are what the load balancer handed out itself, with other weights.
      const asked = new sdk.ModifyRuleCommand({ RuleArn: ruleArn, Actions: [...actions] as never });
      const answer = await named('elb ModifyRule', false, () => client.send(asked));
      return checked('ModifyRule', false, Rules, answer).Rules[0];
    },
  };
}
