import { watch } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { previewApp } from '#src/http/preview/preview-app';
import { createRenderer } from '#src/mail/render';

export interface PreviewServer {
  url: string;
  close(): Promise<void>;
}

const settleMs = 80; // an editor writes a file in several steps

/** A server on loopback that shows every sample email and tells its pages when a file below `watched` changes. Port 0 chooses a free one. */
export async function openPreview({ port, watched }: { port: number; watched: string }): Promise<PreviewServer> {
  const listeners = new Set<() => void>();
  let renderer = createRenderer();
  let settling: NodeJS.Timeout | undefined;

  const watcher = watch(watched, { recursive: true }, () => {
    clearTimeout(settling);
    settling = setTimeout(follow, settleMs);
  });

  /** A fresh process reads templates, partials and locales again. */
  function follow(): void {
    const stale = renderer;
    renderer = createRenderer();
    for (const tell of listeners) tell();
    void stale.close();
  }

  const app = previewApp({
    render: (request) => renderer.render(request),
    onChange(tell) {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
  });
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      watcher.close();
      clearTimeout(settling);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await renderer.close();
    },
  };
}
