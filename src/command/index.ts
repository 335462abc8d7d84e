export {
  choice,
  count,
  deployment,
  duration,
  environment,
  maybe,
  moment,
  person,
  range,
  ref,
  service,
  shares,
  sheet,
  switchFlag,
  text,
  verb,
  window,
  zone,
} from './argument.ts';
export type {
  Argument,
  ArgumentKind,
  Asks,
  Command,
  Facts,
  Field,
  Form,
  Named,
  Prepared,
  Problem,
  Submitted,
  Understood,
} from './command.ts';
export { defineCommand } from './define.ts';
export { deployTo } from './deploy-to.ts';
export { formAfter, formOf, submitForm } from './form.ts';
export { usageHint } from './help.ts';
export { lineFrom, lineOf } from './line.ts';
export { botScopes, manifest } from './manifest.ts';
export { orderArguments, orderFrom } from './order-arguments.ts';
export { beginOrSteer } from './steering.ts';
export { understand, understandMention, withoutMentions } from './understand.ts';
