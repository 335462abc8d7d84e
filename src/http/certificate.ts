import { isIP } from 'node:net';
import { checkServerIdentity, connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';

export type Certificate = {
  /** Why it is not trusted, as Node spells it (`CERT_HAS_EXPIRED`); null where its chain ends at what we trust. */
  readonly distrust: string | null;
  /** Whether it is for the name that was asked for. */
  readonly isForName: boolean;
  readonly validFromMs: number;
  /** When it ends, or one of those that it came with ends before it. */
  readonly validUntilMs: number;
};

export type CertificateAsked = {
  readonly host: string;
  readonly port: number;
  /** Where the server is, when it is not at its name. */
  readonly at?: string;
  /** What is trusted instead of this machine's authorities, in PEM. */
  readonly ca?: string;
};

const DEADLINE_MS = 10_000;

/**
 * The certificate that a server shows to whoever asks for its name. Nothing is said to it: a chain that cannot be
 * trusted is looked at all the same, and then hung up on. Null when there was no answer in time.
 */
export function certificateOf(asked: CertificateAsked): Promise<Certificate | null> {
  const { host, port, at = host, ca } = asked;
  return new Promise((resolve) => {
    const socket = connect({
      host: at,
      port,
      // An address is no name that a server could choose a certificate by (RFC 6066, 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => end(null), DEADLINE_MS);
    const end = (certificate: Certificate | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(certificate);
    };
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    socket.on('secureConnect', () => end(read(socket, host)));
  });
}

function read(socket: TLSSocket, host: string): Certificate | null {
  const certificate = socket.getPeerCertificate(true);
  const chain = chainOf(certificate);
  const fromMs = Math.max(...chain.map(({ valid_from }) => Date.parse(valid_from)));
  const untilMs = Math.min(...chain.map(({ valid_to }) => Date.parse(valid_to)));
  if (chain.length === 0 || Number.isNaN(fromMs) || Number.isNaN(untilMs)) return null;
  return {
    distrust: distrustOf(socket),
    isForName: checkServerIdentity(host, certificate) === undefined,
    validFromMs: fromMs,
    validUntilMs: untilMs,
  };
}

/** Node tells a wrong name in the same place; that is told apart from a chain that ends nowhere. */
function distrustOf({ authorized, authorizationError }: TLSSocket): string | null {
  if (authorized) return null;
  // Typed as an Error, and in truth the code of one.
  const said: unknown = authorizationError;
  const code = said instanceof Error ? (Object(said) as { code?: unknown }).code : said;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return null;
  return typeof code === 'string' ? code : 'UNKNOWN';
}

/** The server's own and those between; the authority that we trust at the end is ours to judge, and not the server's. */
function chainOf(first: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = first;
  while (next?.valid_to !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain.length > 1 ? chain.slice(0, -1) : chain;
}
