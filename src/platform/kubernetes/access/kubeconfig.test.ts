import { describe, expect, test } from 'vitest';
import { Failed } from '../../../core/failure.ts';
import { readKubeconfig } from './kubeconfig.ts';

type Parts = { cluster?: object; user?: object; rest?: object };
function config({ cluster = {}, user = { token: 'a-token' }, rest = {} }: Parts = {}): string {
  return JSON.stringify({
    'current-context': 'production',
    contexts: [
      { name: 'production', context: { cluster: 'main', user: 'slipway' } },
      { name: 'lost', context: { cluster: 'nowhere', user: 'slipway' } },
    ],
    clusters: [{ name: 'main', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'slipway', user }],
    ...rest,
  });
}
const read = (text: string, context?: string) => readKubeconfig(text, '/etc/slipway', context);

function refusal(text: string, context?: string): string {
  try {
    read(text, context);
  } catch (error) {
    if (error instanceof Failed) return error.failure.message;
    throw error;
  }
  throw new Error('it was taken');
}
const base64 = (text: string) => Buffer.from(text).toString('base64');

test('the current context says which server is asked, and as whom', () => {
  expect(read(config())).toEqual({
    server: 'https://10.0.0.1:6443',
    serverName: undefined,
    ca: null,
    who: { kind: 'token', token: { text: 'a-token' } },
  });
});

test('YAML is read as kubectl reads it, with paths relative to the file', () => {
  const text = `
current-context: a
contexts: [{name: a, context: {cluster: b, user: c, namespace: shop}}]
clusters:
- name: b
  cluster: {server: 'https://k8s.example.com', certificate-authority: pki/ca.crt, tls-server-name: kubernetes}
users:
- name: c
  user: {client-certificate: pki/me.crt, client-key: /secure/me.key}
`;
  expect(read(text)).toEqual({
    server: 'https://k8s.example.com',
    serverName: 'kubernetes',
    ca: { file: '/etc/slipway/pki/ca.crt' },
    who: {
      kind: 'certificate',
      cert: { file: '/etc/slipway/pki/me.crt' },
      key: { file: '/secure/me.key' },
    },
  });
});

test('what is written inline comes before a file, and a file of a token before a token', () => {
  const cluster = { 'certificate-authority': 'other.crt', 'certificate-authority-data': base64('PEM') };
  expect(read(config({ cluster, user: { token: 'old', tokenFile: 'token' } }))).toMatchObject({
    ca: { text: 'PEM' },
    who: { token: { file: '/etc/slipway/token' } },
  });
  const user = { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') };
  expect(read(config({ user })).who).toEqual({
    kind: 'certificate',
    cert: { text: 'CERT' },
    key: { text: 'KEY' },
  });
});

test('a plugin comes before everything else that says who we are', () => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws', args: ['eks', 'get-token'] };
  expect(read(config({ user: { exec, token: 'a-token' } })).who).toMatchObject({ kind: 'exec', exec });
});

test('a context, a cluster or a user that is not there is named, with what was probably meant', () => {
  expect(refusal(config(), 'prodution')).toBe(
    'the kubeconfig has no context prodution; did you mean production?',
  );
  expect(refusal(config(), 'lost')).toBe('the kubeconfig has no cluster nowhere');
  expect(refusal(config({ rest: { users: [] } }))).toBe('the kubeconfig has no user slipway');
  expect(refusal(config({ rest: { 'current-context': '' } }))).toContain('name one as context:');
});

describe('what would send a credential to anybody, or what we do not do, is refused in words', () => {
  test.each<[string, Parts]>([
    ['not reached by https', { cluster: { server: 'http://10.0.0.1:8080' } }],
    ['holds a user, a password or a query', { cluster: { server: 'https://root:hunter2@10.0.0.1' } }],
    ['holds a user, a password or a query', { cluster: { server: 'https://10.0.0.1?token=hunter2' } }],
    ['does not check who the server is', { cluster: { 'insecure-skip-tls-verify': true } }],
    ['through a proxy', { cluster: { 'proxy-url': 'http://proxy:3128' } }],
    ['acts as somebody else', { user: { token: 'a-token', as: 'admin' } }],
    ['a password', { user: { username: 'root', password: 'hunter2' } }],
    ['auth-provider', { user: { 'auth-provider': { name: 'gcp' } } }],
    [
      'wants to talk to a person',
      { user: { exec: { apiVersion: 'v1', command: 'login', interactiveMode: 'Always' } } },
    ],
  ])('%s', (because, parts) => {
    expect(refusal(config(parts))).toContain(because);
    expect(refusal(config(parts))).not.toContain('hunter2');
  });
});

test('plain HTTP is let through to this machine alone', () => {
  expect(read(config({ cluster: { server: 'http://127.0.0.1:8001' } })).server).toBe('http://127.0.0.1:8001');
  expect(refusal(config({ cluster: { server: 'http://127.0.0.1.example.com' } }))).toContain('https');
});

test('what cannot be read is said by its place, and never by what stands there', () => {
  const message = refusal(
    config({ user: { token: 17, tokenFile: 'x' }, rest: { clusters: 'hunter2-hunter2' } }),
  );
  expect(message).toBe('the kubeconfig cannot be read at clusters, users.0.user.token');
  expect(refusal('{ token: hunter2')).toBe('the kubeconfig is not YAML');
});
