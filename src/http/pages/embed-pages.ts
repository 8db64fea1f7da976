import { Router } from 'express';
import type { Context } from '#src/context';
import { pageLanguage } from '#src/http/pages/page-language';
import { showPage } from '#src/http/pages/show-page';
import { defaultNewsletter } from '#src/http/pages/sign-up-form';
import { t } from '#src/locales';
import { projectFile } from '#src/project';

/** `/embed` and the script of the element. */
export function embedPages(ctx: Context): Router {
  const router = Router({ caseSensitive: true });
  router.get('/embed', async (request, response) => {
    const rows = await ctx.db.selectFrom('newsletter').select(['slug', 'name', 'language']).orderBy('id').execute();
    const newsletter = rows.find(({ language }) => language === pageLanguage(request)) ?? rows[0];
    const choice = newsletter ?? { slug: defaultNewsletter, name: t('en', 'page.site'), language: 'en' };
    showPage(ctx, request, response, { page: 'embed', variables: { publicUrl: ctx.config.publicUrl, newsletter: choice } });
  });

  // Publishers' pages load it from elsewhere: the one file of ours that may be.
  router.get('/embed/signup.js', (_request, response) => {
    response.set({ 'Cross-Origin-Resource-Policy': 'cross-origin', 'Access-Control-Allow-Origin': '*' });
    response.sendFile(projectFile('templates/assets/signup.js'), { maxAge: 3_600_000 });
  });
  return router;
}
