import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Unavailable } from './postgres.ts';
import { findProgram, removeFolder, run, temporaryFolder, untilReady } from './server.ts';

/** A real Docker engine of our own: no bridge, no rules of a firewall, and everything in a temporary folder. */
export type TestDocker = {
  readonly socket: string;
  /** Makes an image out of busybox that runs this line of shell; `changes` as a Dockerfile has them. */
  makeImage(repository: string, tag: string, shell: string, changes?: readonly string[]): Promise<void>;
  removeImage(image: string): Promise<void>;
  removeContainers(): Promise<void>;
  stop(): Promise<void>;
};

const FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/bin'];

export async function startDocker(): Promise<TestDocker | Unavailable> {
  const program = findProgram('dockerd', FOLDERS);
  const busybox = findProgram('busybox', FOLDERS);
  const install = 'apt-get install -y docker.io busybox-static';
  if (program === null || busybox === null) return { unavailable: 'no Docker engine is installed', install };
  if (process.getuid?.() !== 0) return { unavailable: 'a Docker engine needs root', install };
  const folder = temporaryFolder('dockerd', null);
  const socket = join(folder, 'docker.sock');
  const at = (name: string) => join(folder, name);
  const running = await run(
    program,
    [
      ...['--bridge=none', '--iptables=false', '--ip6tables=false', '--storage-driver=vfs'],
      ...['--data-root', at('data'), '--exec-root', at('exec'), '-p', at('pid'), '-H', `unix://${socket}`],
    ],
    null,
  );
  const end = async () => {
    await running.kill('SIGTERM');
    unmountBelow(folder);
    removeFolder(folder);
  };
  try {
    await untilReady('Docker', () => ask(socket, 'GET', '/_ping'), running);
  } catch (error) {
    await end();
    return { unavailable: `Docker does not start here (${error})`, install };
  }
  const layer = layerOf(at('image'), busybox);
  return {
    socket,
    async makeImage(repository, tag, shell, changes = []) {
      const said = [`CMD ["/bin/busybox","sh","-c",${JSON.stringify(shell)}]`, ...changes];
      const query = new URLSearchParams([
        ['fromSrc', '-'],
        ['repo', repository],
        ['tag', tag],
        ...said.map((change): [string, string] => ['changes', change]),
      ]);
      await ask(socket, 'POST', `/images/create?${query}`, layer);
    },
    removeImage: async (image) => void (await ask(socket, 'DELETE', `/images/${image}?force=true`)),
    async removeContainers() {
      const all = JSON.parse(await ask(socket, 'GET', '/containers/json?all=1')) as { Id: string }[];
      for (const { Id } of all) await ask(socket, 'DELETE', `/containers/${Id}?force=true`);
    },
    async stop() {
      const all = JSON.parse(await ask(socket, 'GET', '/containers/json?all=1')) as { Id: string }[];
      for (const { Id } of all) await ask(socket, 'DELETE', `/containers/${Id}?force=true`);
      await end();
    },
  };
}

/** The engine leaves the network that containers of the host share mounted. */
function unmountBelow(folder: string): void {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? []);
  const umount = findProgram('umount', FOLDERS) ?? '/bin/umount';
  for (const at of mounted.filter((each) => each.startsWith(folder))) execFileSync(umount, ['-l', at]);
}

/** The one file that every image is made of. */
function layerOf(folder: string, busybox: string): Buffer {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'www'));
  mkdirSync(join(folder, 'etc'));
  writeFileSync(join(folder, 'etc/passwd'), 'root:x:0:0:root:/:/bin/busybox\n');
  copyFileSync(busybox, join(folder, 'bin/busybox'));
  return execFileSync('tar', ['-C', folder, '-cf', '-', '.'], { maxBuffer: 64 * 1_048_576 });
}

function ask(socketPath: string, method: string, path: string, body?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/x-tar' };
    const asked = request({ socketPath, method, path, headers }, (response) => {
      let heard = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        heard += chunk;
      });
      response.on('end', () => {
        const isGood = (response.statusCode ?? 500) < 400 && !heard.includes('"error"');
        if (isGood) resolve(heard);
        else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${heard.slice(0, 300)}`));
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
