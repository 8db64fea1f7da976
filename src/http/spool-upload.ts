import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '#src/errors';

/** An upload on disk: it can be read again and again, and is gone when closed. */
interface Spool {
  read(): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

const pieceBytes = 64 * 1024;

/** The file has no name any more while it is open: whatever becomes of this process, no copy of what came stays behind. */
export async function spoolUpload(dataDir: string, upload: AsyncIterable<Buffer>): Promise<Spool> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, `upload-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    for await (const piece of upload) await file.writeFile(piece);
  } catch (error) {
    await file.close();
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    throw new Refusal('invalid', 'The upload was cut off.', { cause: error });
  }
  return {
    async *read() {
      for (let position = 0; ;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
    close: () => file.close(),
  };
}
