// Makes the studio livelier; every page works without it.

const number = new Intl.NumberFormat(document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang);

/** The ledger's sums as they happen; a new state brings new buttons, so then the page is asked for again. */
const watch = document.querySelector('[data-watch]');
if (watch) {
  const state = document.querySelector('[data-state]').dataset.state;
  const events = new EventSource(watch.dataset.watch);
  events.addEventListener('progress', (event) => {
    const progress = JSON.parse(event.data);
    if (progress.state !== state) {
      events.close();
      location.replace(location.pathname);
      return;
    }
    const settled = progress.accepted + progress.rejected + progress.unknown + progress.skipped;
    for (const shown of document.querySelectorAll('[data-progress]')) {
      const name = shown.dataset.progress;
      if (name === 'settled') shown.value = settled;
      else if (name === 'of')
        shown.textContent = shown.dataset.words
          .replace('{settled}', number.format(settled))
          .replace('{frozen}', number.format(progress.frozen));
      else shown.textContent = number.format(progress[name]);
    }
  });
}

/** How long a subject or preheader is, while it is written. */
document.addEventListener('input', ({ target }) => {
  const count = target.id && document.querySelector(`[data-count="${CSS.escape(target.id)}"]`);
  if (count) count.textContent = count.dataset.words.replace('{count}', String([...(target.value || target.placeholder)].length));
});

/** What has been done is said aloud: a status that arrives with new content is often not. */
document.addEventListener('htmx:after:swap', () => {
  const notice = document.querySelector('.studio-notice');
  const live = document.getElementById('live');
  if (live) live.textContent = notice ? notice.textContent : '';
});
