import { createHash } from 'node:crypto';
import type { Version } from '../../core/plan.ts';
import type { Intent } from '../platform.ts';
import type { Address } from './address.ts';
import { LABEL } from './standing.ts';

/** `shop-3f9a0c1d2e4b`: one name for one intent, so that the engine itself refuses a second container of it. */
export function nameFor({ name }: Address, { id }: Intent): string {
  return `${name}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

/** What the engine is told to make. */
export function containerOf(
  address: Address,
  intent: Intent,
  version: Version,
  image: string,
  secrets: Readonly<Record<string, string>>,
) {
  const { name, ports, network, env, volumes, command, memoryMb } = address;
  const bindings = ports.map(bindingOf);
  const isNamed = network !== undefined && !['host', 'none', 'bridge'].includes(network);
  return {
    Image: image,
    Env: Object.entries({ ...env, ...secrets }).map(([key, value]) => `${key}=${value}`),
    ...(command === undefined ? {} : { Cmd: command }),
    Labels: {
      [LABEL.service]: name,
      [LABEL.intent]: intent.id,
      [LABEL.version]: version.name,
      ...(version.commit === null ? {} : { [LABEL.commit]: version.commit }),
    },
    ExposedPorts: Object.fromEntries(bindings.map(({ inside }) => [inside, {}])),
    HostConfig: {
      Binds: volumes,
      PortBindings: Object.fromEntries(bindings.map(({ inside, outside }) => [inside, [outside]])),
      RestartPolicy: { Name: 'unless-stopped' },
      ...(network === undefined ? {} : { NetworkMode: network }),
      ...(memoryMb === undefined ? {} : { Memory: memoryMb * 1_048_576 }),
    },
    ...(isNamed ? { NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } } } : {}),
  };
}

/** `127.0.0.1:8080:3000/tcp`. */
function bindingOf(port: string) {
  const [mapping = '', protocol = 'tcp'] = port.split('/');
  const parts = mapping.split(':');
  const inside = parts.pop() ?? '';
  const outside = parts.pop() ?? '';
  return {
    inside: `${inside}/${protocol}`,
    outside: { HostIp: parts.join(':'), HostPort: outside },
  };
}
