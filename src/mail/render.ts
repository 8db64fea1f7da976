import { fork, type ChildProcess } from 'node:child_process';
import { projectFile } from '#src/project';
import type { RenderRequest } from '#src/mail/emails';
import type { RenderedEmail } from '#src/mail/render-email';

export interface Renderer {
  /** Rejects when the variables are wrong, the child process dies, or 20 s pass. */
  render: (request: RenderRequest) => Promise<RenderedEmail>;
  close: () => Promise<void>;
  /** The child's process id while it runs, for tests and operators. */
  pid: () => number | null;
}

export type RenderReply = { id: number; rendered: RenderedEmail } | { id: number; error: string };

interface Waiting {
  resolve: (rendered: RenderedEmail) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Renders in one child process, started when needed and let go after a quiet minute: MJML holds 150 to 250 MB. */
export function createRenderer({ timeoutMs = 20_000, idleMs = 60_000 } = {}): Renderer {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | null = null;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  function render(request: RenderRequest): Promise<RenderedEmail> {
    const renderer = (child ??= start());
    clearTimeout(idle);
    renderer.ref();
    renderer.channel?.ref();
    const id = (lastId += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => abandon(renderer, `Rendering "${request.email}" took longer than ${timeoutMs} ms`), timeoutMs);
      waiting.set(id, { resolve, reject, timer });
      renderer.send({ id, request }, (error) => error && abandon(renderer, error.message));
    });
  }

  function start(): ChildProcess {
    // Templates need nothing from the environment, so its secrets stay out of their process.
    const started = fork(projectFile('dist/src/mail/render-child.js'), { env: {}, execArgv: [] });
    started.on('message', (reply: RenderReply) => settle(reply));
    started.on('error', (error) => abandon(started, error.message));
    started.on('exit', (code, signal) => abandon(started, `The render process ended (${signal ?? `code ${code}`})`));
    return started;
  }

  function settle(reply: RenderReply): void {
    const request = waiting.get(reply.id);
    if (!request) return;
    waiting.delete(reply.id);
    clearTimeout(request.timer);
    if ('rendered' in reply) request.resolve(reply.rendered);
    else request.reject(new Error(reply.error));
    if (waiting.size === 0) rest();
  }

  /** An idle child keeps nobody's process alive. */
  function rest(): void {
    const resting = child;
    if (!resting) return;
    resting.unref();
    resting.channel?.unref();
    idle = setTimeout(() => letGo(resting), idleMs).unref();
  }

  /** A dead or stuck child: whoever waits for it is told, and the next request starts another. */
  function abandon(lost: ChildProcess, reason: string): void {
    if (lost !== child) return;
    letGo(lost);
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(new Error(reason));
    }
    waiting.clear();
  }

  function letGo(unwanted: ChildProcess): void {
    clearTimeout(idle);
    if (child === unwanted) child = null;
    unwanted.kill('SIGKILL');
  }

  async function close(): Promise<void> {
    if (!child) return;
    const closing = child;
    const ended = new Promise((resolve) => closing.once('exit', resolve));
    abandon(closing, 'The renderer was closed');
    closing.ref();
    await ended;
  }

  return { render, close, pid: () => child?.pid ?? null };
}
