import { Socket } from 'node:net';

/**
 * Loaded into every service process before its own code: when the runner is gone, however it went, so is the service.
 * The runner holds the other end of this pipe and never writes to it.
 */
const RUNNER_PIPE = 3;
const GRACE_MS = 2_000;

const pipe = new Socket({ fd: RUNNER_PIPE, readable: true, writable: false });
pipe.on('error', end);
pipe.on('close', end);
pipe.resume();
pipe.unref();

function end(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS);
  process.kill(process.pid, 'SIGTERM');
}
