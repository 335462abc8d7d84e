export {
  choice,
  count,
  deployment,
  duration,
  environment,
  maybe,
  range,
  ref,
  service,
  switchFlag,
  text,
} from './argument.ts';
export type {
  Argument,
  ArgumentKind,
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
export { formOf, submitForm } from './form.ts';
export { usageHint } from './help.ts';
export { lineOf } from './line.ts';
export { botScopes, manifest } from './manifest.ts';
export { understand, understandMention } from './understand.ts';
