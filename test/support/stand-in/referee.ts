import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import { type Description, follow, type Node, step } from './description.ts';
import { inJsonSchema } from './dialect.ts';
import { type Operation, operationsOf, type Parameter } from './operations.ts';
import type { Answer, Call } from './talk.ts';

/** Says what in a request, or in an answer to it, is not as the description has it. Empty: all is well. */
export type Referee = {
  request(call: Call): readonly string[];
  answer(call: Call, answer: Answer): readonly string[];
};

export function refereeOf(description: Description): Referee {
  const find = operationsOf(description);
  const request = validators(description, 'request');
  const answers = validators(description, 'answer');
  const nowhere = (call: Call) => [`the description has no ${call.method} ${call.path}`];
  return {
    request(call) {
      const operation = find(call.method, call.path);
      if (operation === undefined) return nowhere(call);
      return [
        ...parameterFaults(operation, call, request),
        ...bodyFaults(description, operation, call, request),
      ];
    },
    answer(call, answer) {
      const operation = find(call.method, call.path);
      if (operation === undefined) return nowhere(call);
      return answerFaults(description, operation, answer, answers);
    },
  };
}

/** What is wrong with a value by the schema at a pointer, each with where it is; compiled when it is first needed. */
type Validators = (
  pointer: string,
  value: unknown,
  how?: { readonly isClosed?: boolean; readonly isText?: boolean },
) => string[];

function validators(description: Description, side: 'request' | 'answer'): Validators {
  let ajvs: { readonly exact: Ajv2019; readonly text: Ajv2019 } | null = null;
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value, { isClosed = false, isText = false } = {}) => {
    ajvs ??= { exact: openAjv(description, side, false), text: openAjv(description, side, true) };
    const key = `${pointer} ${isClosed} ${isText}`;
    const validate =
      compiled.get(key) ??
      (isText ? ajvs.text : ajvs.exact).compile({
        $ref: `description#${pointer}`,
        ...(isClosed ? { unevaluatedProperties: false } : {}),
      });
    compiled.set(key, validate);
    // What is read out of text is changed while it is looked at.
    if (validate(isText ? structuredClone(value) : value)) return [];
    return (validate.errors ?? []).slice(0, 5).map(({ instancePath, message, params }) => {
      const what = Object.values(params).filter((each) => typeof each === 'string' || Array.isArray(each));
      return `${instancePath || 'it'} ${message}${what.length === 0 ? '' : ` (${what.join(', ')})`}`;
    });
  };
}

function openAjv(description: Description, side: 'request' | 'answer', coerceTypes: boolean): Ajv2019 {
  const ajv = new Ajv2019({
    strict: false,
    allErrors: true,
    logger: false,
    validateSchema: false,
    inlineRefs: false,
    unicodeRegExp: false,
    coerceTypes: coerceTypes ? 'array' : false,
    formats: {
      'date-time': /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:?\d\d)$/,
      date: /^\d{4}-\d\d-\d\d$/,
      uuid: /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i,
    },
  });
  return ajv.addSchema(inJsonSchema(description, side) as object, 'description');
}

function parameterFaults(operation: Operation, call: Call, faultsOf: Validators): string[] {
  const inQuery = operation.parameters.filter(({ node }) => node['in'] === 'query');
  const undeclared = [...new Set(call.query.keys())].filter(
    (name) => !inQuery.some(({ node }) => spellings(String(node['name'])).has(name.replace(/\[.*$/, ''))),
  );
  return [
    ...undeclared.map((name) => `the query has ${name}, which is not described`),
    ...operation.parameters.flatMap((parameter) => oneParameter(parameter, operation, call, faultsOf)),
  ];
}

function oneParameter(
  { pointer, node }: Parameter,
  operation: Operation,
  call: Call,
  faultsOf: Validators,
): string[] {
  const name = String(node['name']);
  const place = String(node['in']);
  const value = given(place, name, operation, call);
  if (value === undefined) return [];
  if (value === null) {
    return node['required'] === true ? [`the ${place} has no ${name}, which is required`] : [];
  }
  // In Swagger 2 the parameter is the schema; objects spread over several names are left to the platform's own words.
  const schema = 'schema' in node ? `${pointer}/schema` : pointer;
  if (!('schema' in node) && !('type' in node)) return [];
  return faultsOf(schema, value, { isText: true }).map((fault) => `the ${place}'s ${name}: ${fault}`);
}

/** Undefined where we do not look, null where there is none. */
function given(place: string, name: string, operation: Operation, call: Call): unknown {
  if (place === 'path') return operation.pathValues[name] ?? null;
  if (place === 'header') {
    const isDoors = ['authorization', 'accept', 'content-type'].includes(name.toLowerCase());
    return isDoors ? undefined : (call.headers[name.toLowerCase()] ?? null);
  }
  if (place !== 'query') return undefined;
  const all = [...spellings(name)].flatMap((spelling) => [
    ...call.query.getAll(spelling),
    ...call.query.getAll(`${spelling}[]`),
  ]);
  const isSpread = [...call.query.keys()].some((key) => key.startsWith(`${name}[`) && key !== `${name}[]`);
  if (all.length === 0) return isSpread ? undefined : null;
  return all.length === 1 ? all[0] : all;
}

function spellings(name: string): Set<string> {
  return new Set([name, name.replace(/\[\]$/, '')]);
}

function bodyFaults(
  description: Description,
  operation: Operation,
  call: Call,
  faultsOf: Validators,
): string[] {
  const hasBody = call.raw.length > 0;
  const body = follow(description, `${operation.pointer}/requestBody`);
  if (body === undefined) return oldBodyFaults(description, operation, call, faultsOf);
  if (!hasBody) return body.node['required'] === true ? ['there is no body, and it is required'] : [];
  const content = (body.node['content'] ?? {}) as Node;
  const type = Object.keys(content).find((each) => isOfType(call.type, each));
  if (type === undefined) return [`the body is ${call.type}, and not ${Object.keys(content).join(' or ')}`];
  const schema = `${body.pointer}/content${step(type)}/schema`;
  if (!call.isJson || follow(description, schema) === undefined) return [];
  return closedFaults(description, schema, call, faultsOf);
}

/** Of Swagger 2. */
function oldBodyFaults(
  description: Description,
  operation: Operation,
  call: Call,
  faultsOf: Validators,
): string[] {
  const body = operation.parameters.find(({ node }) => node['in'] === 'body');
  const hasForm = operation.parameters.some(({ node }) => node['in'] === 'formData');
  const hasBody = call.raw.length > 0;
  if (body === undefined) return hasBody && !hasForm ? ['there is a body, and none is described'] : [];
  if (!hasBody) return body.node['required'] === true ? ['there is no body, and it is required'] : [];
  const types = (operation.node['consumes'] ?? description['consumes'] ?? ['application/json']) as string[];
  if (!types.some((each) => isOfType(call.type, each)))
    return [`the body is ${call.type}, and not ${types.join(' or ')}`];
  return call.isJson ? closedFaults(description, `${body.pointer}/schema`, call, faultsOf) : [];
}

/** A word that the platform does not know would be dropped in silence there: here it is a fault. */
function closedFaults(description: Description, schema: string, call: Call, faultsOf: Validators): string[] {
  const node = follow(description, schema)?.node ?? {};
  const isClosed = ['properties', 'allOf', 'oneOf', 'anyOf'].some((key) => key in node);
  const faults = faultsOf(schema, call.body, { isClosed: isClosed && node['additionalProperties'] !== true });
  return faults.map((fault) => `the body: ${fault}`);
}

/** Descriptions rarely name every refusal, so an error that is not described is let pass; a success is not. */
function answerFaults(
  description: Description,
  operation: Operation,
  answer: Answer,
  faultsOf: Validators,
): string[] {
  const code = String(answer.status);
  const isYes = answer.status < 400;
  const names = [code, `${code[0]}XX`, `${code[0]}xx`, ...(isYes ? [] : ['default'])];
  const found = names
    .map((name) => follow(description, `${operation.pointer}/responses${step(name)}`))
    .find((each) => each !== undefined);
  if (found === undefined) return isYes ? [`the answer is ${code}, which is not described`] : [];
  const content = (found.node['content'] ?? {}) as Node;
  const json = Object.keys(content).find((type) => /json/.test(type));
  const schema =
    'schema' in found.node ? `${found.pointer}/schema` : `${found.pointer}/content${step(json ?? '')}/schema`;
  const isDescribed = follow(description, schema) !== undefined;
  if (answer.json === undefined) {
    return isDescribed && isYes && answer.text === undefined ? [`the answer ${code} has no body`] : [];
  }
  if (isDescribed) return faultsOf(schema, answer.json).map((fault) => `the answer ${code}: ${fault}`);
  const isEmpty = isYes && Object.keys(content).length === 0 && !('schema' in found.node);
  return isEmpty ? [`the answer ${code} has a body, and none is described`] : [];
}

function isOfType(type: string, described: string): boolean {
  const plain = (text: string) => text.split(';')[0]?.trim().toLowerCase();
  return described === '*/*' || plain(type) === plain(described);
}
