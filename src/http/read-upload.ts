import type { Request } from 'express';
import { Refusal } from '#src/errors';
import type { Upload } from '#src/http/endpoint';

/** The body as it comes, counted: it is never whole in memory. */
export function readUpload(request: Request, upload: Upload | undefined): AsyncIterable<Buffer> {
  if (!upload) return nothing();
  if (request.is([...upload.types]) === false) throw new Refusal('unsupported-type', `Send ${upload.types.join(' or ')}.`);
  if (request.get('content-encoding') !== undefined) throw new Refusal('unsupported-type', 'Send it uncompressed.');
  if (Number(request.get('content-length')) > upload.maxBytes) throw tooLarge(upload.maxBytes);
  return counted(request, upload);
}

/** After a refusal the rest of the request runs through unread: a closed connection would hide the answer from who still sends. */
async function* counted(request: Request, { maxBytes }: Upload): AsyncIterable<Buffer> {
  let bytes = 0;
  try {
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      yield part;
    }
  } finally {
    request.resume();
  }
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal('too-large', `The body is larger than ${maxBytes} bytes.`);
}

async function* nothing(): AsyncIterable<Buffer> {
  // an endpoint without upload reads nothing
}
