import type { Request } from 'express';
import { Refusal } from '#src/errors';
import type { Upload } from '#src/http/endpoint';

/** The body as it comes, counted: it is never whole in memory. */
export function readUpload(request: Request, upload: Upload | undefined): AsyncIterable<Buffer> {
  if (!upload) return nothing();
  if (request.is([...upload.types]) === false) throw new Refusal('unsupported-type', `Send ${upload.types.join(' or ')}.`);
  if (request.get('content-encoding') !== undefined) throw new Refusal('unsupported-type', 'Send it uncompressed.');
  return counted(request, upload.maxBytes);
}

async function* counted(body: AsyncIterable<Buffer>, maxBytes: number): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > maxBytes) throw new Refusal('too-large', `The body is larger than ${maxBytes} bytes.`);
    yield part;
  }
}

async function* nothing(): AsyncIterable<Buffer> {
  // an endpoint without upload reads nothing
}
