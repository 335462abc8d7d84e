import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';

const ACCOUNT = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012';
export const RULE = `${ACCOUNT}:listener-rule/app/edge/0123456789abcdef/0123456789abcdef/0123456789abcdef`;
export const BLUE = `${ACCOUNT}:targetgroup/blue/0123456789abcdef`;
export const GREEN = `${ACCOUNT}:targetgroup/green/0123456789abcdef`;
export const OTHER = `${ACCOUNT}:targetgroup/other/0123456789abcdef`;

export type Weighed = { readonly arn: string; readonly weight: number };

/** A rule of a load balancer: a log-in first, then the traffic. */
export type RuleState = {
  groups: readonly Weighed[];
  isSticky: boolean;
  isDefault: boolean;
  forwards: boolean;
  /** What of the log-in came back with the last change. */
  keptSecret: boolean | null;
  states: Record<string, readonly string[]>;
  /** Between a question and the change that follows it, so that two at once would meet. */
  slowMs: number;
};

export type BalancerStandIn = StandIn & { readonly state: RuleState };

/** A load balancer over its query protocol: forms come in, XML goes out. */
export async function openBalancer(): Promise<BalancerStandIn> {
  const state: RuleState = {
    groups: [
      { arn: BLUE, weight: 1 },
      { arn: GREEN, weight: 0 },
    ],
    isSticky: false,
    isDefault: false,
    forwards: true,
    keptSecret: null,
    states: { [BLUE]: ['healthy', 'healthy'], [GREEN]: ['healthy', 'initial'] },
    slowMs: 0,
  };
  const standIn = await openStandIn({
    spec: null,
    basePath: '',
    handle: async (call) => {
      const answer = handle(state, call);
      await new Promise((resolve) => setTimeout(resolve, state.slowMs));
      return answer;
    },
  });
  return { ...standIn, state };
}

/** `DescribeRules`, of an operation of a load balancer. */
export function actionOf({ raw }: Call): string {
  return new URLSearchParams(raw.toString('utf8')).get('Action') ?? '';
}

function handle(state: RuleState, call: Call): Answer {
  const form = new URLSearchParams(call.raw.toString('utf8'));
  switch (form.get('Action')) {
    case 'DescribeRules':
      return form.get('RuleArns.member.1') === RULE
        ? said('DescribeRules', `<Rules><member>${ruleOf(state)}</member></Rules>`)
        : refused('RuleNotFound', 'One or more rules not found');
    case 'DescribeTargetHealth': {
      const states = state.states[form.get('TargetGroupArn') ?? ''];
      if (states === undefined) return refused('TargetGroupNotFound', 'Target group not found');
      const members = states.map(
        (each, index) =>
          `<member><Target><Id>10.0.0.${index}</Id><Port>3000</Port></Target><TargetHealth><State>${each}</State></TargetHealth></member>`,
      );
      return said(
        'DescribeTargetHealth',
        `<TargetHealthDescriptions>${members.join('')}</TargetHealthDescriptions>`,
      );
    }
    case 'ModifyRule':
      return modify(state, form);
    default:
      return refused('InvalidAction', String(form.get('Action')));
  }
}

function modify(state: RuleState, form: URLSearchParams): Answer {
  if (state.isDefault) return refused('OperationNotPermitted', 'Default rules cannot be modified');
  const at = (path: string) => form.get(`Actions.member.${path}`);
  if (at('1.Type') !== 'authenticate-oidc' || at('2.Type') !== 'forward') {
    return refused('ValidationError', 'the log-in is missing');
  }
  if (at('2.TargetGroupArn') !== null) {
    return refused(
      'InvalidLoadBalancerAction',
      'You cannot specify both a target group and a forward config',
    );
  }
  state.keptSecret = at('1.AuthenticateOidcConfig.UseExistingClientSecret') === 'true';
  const groups: Weighed[] = [];
  for (let index = 1; index <= 5; index++) {
    const group = `2.ForwardConfig.TargetGroups.member.${index}`;
    const arn = at(`${group}.TargetGroupArn`);
    if (arn !== null) groups.push({ arn, weight: Number(at(`${group}.Weight`) ?? 1) });
  }
  state.groups = groups;
  return said('ModifyRule', `<Rules><member>${ruleOf(state)}</member></Rules>`);
}

function ruleOf({ groups, isSticky, isDefault, forwards }: RuleState): string {
  const members = groups.map(
    ({ arn, weight }) => `<member><TargetGroupArn>${arn}</TargetGroupArn><Weight>${weight}</Weight></member>`,
  );
  const alone = groups.length === 1 ? `<TargetGroupArn>${groups[0]?.arn}</TargetGroupArn>` : '';
  const forward = `<member><Type>forward</Type><Order>2</Order>${alone}<ForwardConfig><TargetGroups>${members.join('')}</TargetGroups><TargetGroupStickinessConfig><Enabled>${isSticky}</Enabled></TargetGroupStickinessConfig></ForwardConfig></member>`;
  const elsewhere = '<member><Type>fixed-response</Type><Order>2</Order></member>';
  const login =
    '<member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig><Issuer>https://login.example</Issuer><ClientId>shop</ClientId></AuthenticateOidcConfig></member>';
  return `<RuleArn>${RULE}</RuleArn><IsDefault>${isDefault}</IsDefault><Actions>${login}${forwards ? forward : elsewhere}</Actions>`;
}

function said(action: string, inside: string): Answer {
  const namespace = 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/';
  const text = `<${action}Response xmlns="${namespace}"><${action}Result>${inside}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, type: 'text/xml', text };
}

function refused(code: string, message: string): Answer {
  const text = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
  return { status: 400, type: 'text/xml', text };
}
