import { viewLimits } from '../limits.ts';
import { isJson, type Json } from '../model.ts';
import { boolean, type Check, type Findings, object, type Problem, say, string } from './check.ts';
import { plain } from './text.ts';
import { checkBlocks, type Looking } from './validate.ts';

const unread: Check = () => undefined;

const common = {
  private_metadata: string({ max: viewLimits.privateMetadata }),
  callback_id: string({ max: viewLimits.callbackId }),
  external_id: string({ max: viewLimits.externalId }),
};

const modal = object(
  { title: plain(viewLimits.title), blocks: unread },
  {
    ...common,
    submit: plain(viewLimits.submit),
    close: plain(viewLimits.close),
    clear_on_close: boolean,
    notify_on_close: boolean,
    submit_disabled: boolean,
  },
);

const home = object({ blocks: unread }, common);

/** What is wrong with a view of this kind; empty when Slack would take it. */
export function checkView(
  value: unknown,
  type: 'modal' | 'home',
  isReadyImage: Looking['isReadyImage'],
): readonly Problem[] {
  const findings: Findings = { surface: type, isReadyImage, problems: [] };
  if (!isJson(value)) return [{ message: 'must provide an object', at: '/view' }];
  if (value['type'] === undefined) say(findings, '/view', 'missing required field: type');
  else if (value['type'] !== type) say(findings, '/view/type', `unsupported type: ${String(value['type'])}`);
  (type === 'modal' ? modal : home)(value, '/view', findings);
  if (value['blocks'] !== undefined)
    findings.problems.push(...checkBlocks(value['blocks'], '/view/blocks', { surface: type, isReadyImage }));
  if (type === 'modal' && value['submit'] === undefined) needSubmit(value['blocks'], findings);
  return findings.problems;
}

function needSubmit(blocks: unknown, findings: Findings): void {
  for (const [index, block] of (Array.isArray(blocks) ? blocks : []).entries())
    if (isInput(block))
      say(findings, `/view/blocks/${index}/input`, 'must define `submit` to use an `input` block in modals');
}

function isInput(block: unknown): block is Json {
  return isJson(block) && block['type'] === 'input';
}
