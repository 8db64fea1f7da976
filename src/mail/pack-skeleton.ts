import type { Skeleton } from '#src/mail/skeleton';

const version = 1;

type Directory = Omit<Skeleton, 'wire' | 'windows'> & { windows: (Omit<Skeleton['windows'][number], 'raw'> & { raw: string })[] };

/** The bytes that the database keeps: version, length of the directory, the directory as JSON, the wire. */
export function packSkeleton({ wire, ...rest }: Skeleton): Buffer {
  const windows = rest.windows.map((window) => ({ ...window, raw: window.raw.toString('base64') }));
  const directory = Buffer.from(JSON.stringify({ ...rest, windows } satisfies Directory));
  const head = Buffer.alloc(5);
  head.writeUInt8(version, 0);
  head.writeUInt32BE(directory.length, 1);
  return Buffer.concat([head, directory, wire]);
}

/** @throws when the bytes were packed by another version. */
export function unpackSkeleton(packed: Uint8Array): Skeleton {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (bytes[0] !== version) throw new Error(`a skeleton of version ${bytes[0]}, expected ${version}`);
  const wireStart = 5 + bytes.readUInt32BE(1);
  const directory = JSON.parse(bytes.toString('utf8', 5, wireStart)) as Directory;
  const windows = directory.windows.map((window) => ({ ...window, raw: Buffer.from(window.raw, 'base64') }));
  return { ...directory, windows, wire: Buffer.from(bytes.subarray(wireStart)) };
}
