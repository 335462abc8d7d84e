import { countLimits, textLimits } from '../limits.ts';
import { isJson } from '../model.ts';
import { all, type Check, list, object, oneOf, rule, say, string, url } from './check.ts';
import { mrkdwn, plain, words } from './text.ts';

export const colorScheme = oneOf('primary', 'danger');

export const confirm = object(
  {
    title: plain(textLimits.confirmTitle),
    text: words(textLimits.confirmText),
    confirm: plain(textLimits.confirmButton),
    deny: plain(textLimits.confirmButton),
  },
  { style: colorScheme },
);

function option(text: Check, value: Check, more: Readonly<Record<string, Check>> = {}): Check {
  return object({ text, value }, { description: words(textLimits.optionDescription), ...more });
}

const value = string({ min: 1, max: textLimits.optionValue });

export const selectOption = option(plain(textLimits.optionText), value);
export const choiceOption = option(words(textLimits.optionText), value);
export const overflowOption = option(plain(textLimits.optionText), value, { url: url(textLimits.url) });

export const optionGroup = object({
  label: plain(textLimits.optionText),
  options: list(selectOption, { max: countLimits.options }),
});

/** `options` or `option_groups`, exactly one of them. */
export const hasOneListOfOptions = rule((select) =>
  (select['options'] === undefined) === (select['option_groups'] === undefined)
    ? 'must provide either `options` or `option_groups`'
    : null,
);

/** What an element starts with must be among what it offers. */
export const startsWithinItsOptions: Check = (element, at, findings) => {
  if (!isJson(element)) return;
  const offered = new Set(offeredValues(element));
  for (const name of ['initial_option', 'initial_options']) {
    const initial = element[name];
    for (const chosen of Array.isArray(initial) ? initial : [initial])
      if (isJson(chosen) && !offered.has(chosen['value']))
        say(findings, `${at}/${name}`, 'must match one of the options');
  }
};

function offeredValues(element: Readonly<Record<string, unknown>>): readonly unknown[] {
  const groups = Array.isArray(element['option_groups']) ? element['option_groups'] : [element];
  return groups
    .flatMap((group) => (isJson(group) && Array.isArray(group['options']) ? group['options'] : []))
    .map((offer) => (isJson(offer) ? offer['value'] : undefined));
}

const slackFile = all(
  object({}, { id: string({ min: 1 }), url: string({ min: 1 }) }),
  rule((file) => ((file['id'] === undefined) === (file['url'] === undefined) ? 'invalid slack file' : null)),
  (file, at, findings) => {
    const fileId = isJson(file) ? file['id'] : undefined;
    if (typeof fileId === 'string' && !findings.isReadyImage(fileId)) say(findings, at, 'invalid slack file');
  },
);

const hasOneSource = rule((image) =>
  (image['image_url'] === undefined) === (image['slack_file'] === undefined)
    ? 'must provide either `image_url` or `slack_file`'
    : null,
);

const source = { image_url: url(textLimits.url), slack_file: slackFile };
const altText = string({ min: 1, max: textLimits.imageAlt });

export const imageElement = all(object({ alt_text: altText }, source), hasOneSource);

export const imageBlock = (blockId: Check): Check =>
  all(
    object({ alt_text: altText }, { ...source, title: plain(textLimits.imageTitle), block_id: blockId }),
    hasOneSource,
  );

export const cardText = mrkdwn;
