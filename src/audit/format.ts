import { z } from 'zod';

/** The files of an export in JSON Lines. `verify-export.mjs` reads the same. */
export const files = {
  record: 'record.jsonl',
  checkpoints: 'checkpoints.jsonl',
  publicKey: 'public-key.pem',
  manifest: 'manifest.json',
  signature: 'manifest.sig',
  /** For people; it proves nothing. */
  table: 'record.csv',
} as const;

export const FORMAT = 'slipway-audit-export/1';

/** What an export says of itself. Signed as a whole, so that no byte of the files that it names can differ. */
export const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  /** Of the program that wrote it. */
  program: z.string(),
  /** The database's clock. */
  at: z.string(),
  /** The public key that signed it, in base64; null when there was none to sign with. */
  key: z.string().nullable(),
  /** Each stream with the number of its lines and the hash of the last one. */
  streams: z.array(z.tuple([z.string(), z.number(), z.string().nullable()])),
  /** SHA-256 of each file. */
  files: z.record(z.string(), z.string()),
});
export type Manifest = z.infer<typeof Manifest>;

export const ExportedLine = z.strictObject({
  stream: z.string(),
  seq: z.number(),
  at: z.string(),
  text: z.string(),
  hash: z.string(),
});

export const ExportedCheckpoint = z.strictObject({
  number: z.number(),
  statement: z.string(),
  signature: z.string(),
});

/** What is signed of a manifest. */
export function signedManifest(manifest: string): string {
  return `slipway/export/v1\n${manifest}`;
}
