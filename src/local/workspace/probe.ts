import { connect } from 'node:net';

const everyMs = 2_000;
const patienceMs = 1_000;

/** Looks every two seconds whether anybody listens where deliveries go. @returns what stops it. */
export function watchBot(url: () => string, onLook: (isThere: boolean) => void): () => void {
  const look = (): void => {
    void isListening(url()).then(onLook);
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  look();
  return () => clearInterval(timer);
}

function isListening(url: string): Promise<boolean> {
  if (!URL.canParse(url)) return Promise.resolve(false);
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || 80 });
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('too slow')));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
