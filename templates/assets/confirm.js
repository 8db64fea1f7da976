// The sign-up began in this browser: the page presses its own button.
document.querySelector('form[data-press-itself]')?.requestSubmit();
