export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** The whole body, and never more of it than `bytesMax`, whatever the server says or sends. @throws {TooLarge} */
export async function readBody(response: Response, bytesMax: number): Promise<Buffer<ArrayBuffer>> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  const { body } = response;
  if (body === null) return Buffer.alloc(0);
  if (announced > bytesMax) {
    await body.cancel().catch(() => undefined);
    throw new TooLarge();
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error cancels the body, which closes the connection.
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
