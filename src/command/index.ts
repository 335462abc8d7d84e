export {
  argumentsOf,
  choice,
  count,
  deployment,
  duration,
  environment,
  maybe,
  ref,
  service,
  switchFlag,
  text,
} from './argument.ts';
export { sayCodePoints, visible } from './code-points.ts';
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
export { helpAnswer, helpText, usageHint } from './help.ts';
export { lineOf } from './line.ts';
export { manifest, shortcuts } from './manifest.ts';
export { understand, understandMention } from './understand.ts';
export { wordsOf } from './words.ts';
