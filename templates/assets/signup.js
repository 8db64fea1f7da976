// <briefing-signup> upgrades the plain form inside it: the same fields go to the same address, without leaving the page.
// No iframe, no cookie, no style of its own. Whatever goes wrong, the form is sent as the plain form it is.
customElements.define(
  'briefing-signup',
  class extends HTMLElement {
    connectedCallback() {
      this.addEventListener('submit', (event) => {
        event.preventDefault();
        void this.send(event.target);
      });
    }

    async send(form) {
      if (form.getAttribute('aria-busy')) return;
      form.setAttribute('aria-busy', 'true');
      this.say(form, this.getAttribute('sending'));
      try {
        const response = await fetch(form.action, {
          method: 'POST',
          mode: 'cors',
          credentials: 'omit',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(Object.fromEntries(new FormData(form))),
        });
        if (response.status === 202) this.done(form);
        else if (response.status === 422) this.refused(form, await response.json());
        else form.submit();
      } catch {
        form.submit();
      }
      form.removeAttribute('aria-busy');
    }

    done(form) {
      const email = form.querySelector('[name=email]');
      email.removeAttribute('aria-invalid');
      email.value = '';
      this.say(form, this.getAttribute('sent'));
    }

    refused(form, problem) {
      const email = form.querySelector('[name=email]');
      email.setAttribute('aria-invalid', 'true');
      email.focus();
      this.say(form, problem.errors?.[0]?.detail ?? problem.title);
    }

    say(form, text) {
      let status = form.querySelector('[role=status]');
      if (!status) {
        status = form.appendChild(document.createElement('p'));
        status.setAttribute('role', 'status');
      }
      status.textContent = text;
    }
  },
);
