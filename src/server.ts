import { createServer, type Server } from 'node:http';
import { type Config, readConfig } from '#src/config';
import { openContext } from '#src/context';
import { runEntry, sayReady, stopGracefully } from '#src/entry';
import { createApp } from '#src/http/app';
import { createAdminApp } from '#src/http/admin-app';
import { refuseUnfitGround } from '#src/refuse-unfit-ground';

await runEntry(async () => {
  const config = readConfig();
  const ctx = openContext(config, 'api');
  await refuseUnfitGround(ctx);
  const server = serverOf(createApp(ctx));
  await listen(server, config.port, isTriedOut(config) ? '127.0.0.1' : undefined);
  const admin = config.adminPort === null ? null : serverOf(createAdminApp(ctx));
  if (admin && config.adminPort !== null) await listen(admin, config.adminPort, '127.0.0.1');
  stopGracefully(async () => {
    await Promise.all([drain(server), admin && drain(admin)]);
    await ctx.close();
  });
  ctx.log.info({ port: config.port, publicUrl: config.publicUrl }, 'listening');
  if (config.isProduction && config.publicUrl.startsWith('http:')) {
    ctx.log.warn({ publicUrl: config.publicUrl }, 'PUBLIC_URL is of this machine: the links in mails will work for nobody else');
  }
  sayReady();
});

/** Slow senders of headers or bodies are cut off; an answer that streams may take as long as it likes. */
function serverOf(app: Parameters<typeof createServer>[1]): Server {
  return createServer({ requestTimeout: 300_000, headersTimeout: 20_000, keepAliveTimeout: 65_000 }, app);
}

/** With embedded parts it is a first try on a laptop, not to be seen from the network. */
function isTriedOut({ embedded }: Config): boolean {
  return embedded.postgres || embedded.catcher;
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

/** Takes no new request, lets the running ones end; what still streams after 5 seconds is cut off: its reader connects again. */
async function drain(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), 5_000);
  await new Promise((resolve) => server.close(resolve));
  clearTimeout(cut);
}
