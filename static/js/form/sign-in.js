// Signing in again without leaving the page: the forms of the sign-in pages, the second step too, in a dialog.
// What needs more than a form (a passkey, the organisation's own sign-in) opens in a tab of its own; coming back is enough.
export class SignIn {
  constructor(dialog, isSignedIn) {
    this.dialog = dialog;
    this.place = dialog.querySelector("[data-sign-in-form]");
    this.message = dialog.querySelector("[data-sign-in-message]");
    this.isSignedIn = isSignedIn;
    this.done = null; // what goes on once the person is signed in; nothing is asked for without it
    dialog.querySelector("[data-sign-in-close]").addEventListener("click", () => dialog.close());
    this.place.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(event.target, event.submitter);
    });
    const look = () => this.done && document.visibilityState === "visible" && this.check();
    addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
  }

  async open(done) {
    this.done = done;
    if (this.dialog.open) return;
    this.message.textContent = "";
    this.dialog.showModal();
    await this.follow(fetch(this.dialog.dataset.url, { credentials: "same-origin" }));
  }

  async check() {
    if (await this.isSignedIn()) this.finish();
  }

  finish() {
    const goOn = this.done;
    this.done = null;
    this.place.replaceChildren();
    this.dialog.close();
    goOn?.();
  }

  async send(form, submitter) {
    if (this.sending) return;
    this.sending = true;
    const body = new URLSearchParams(new FormData(form, submitter));
    try {
      await this.follow(fetch(form.getAttribute("action"), { method: "POST", body, credentials: "same-origin" }));
    } finally {
      this.sending = false;
    }
  }

  // Show the form of the page that the answer led to, or go on when there is nothing left to ask.
  async follow(request) {
    try {
      const answer = await request;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (await this.isSignedIn()) return this.finish();
      const form = [...page.querySelectorAll("main form")].find((each) =>
        each.querySelector("input[type=password], input[name=code]"),
      );
      if (form) this.show(form, answer.url);
      else this.message.textContent = this.dialog.dataset.elsewhere;
    } catch {
      this.message.textContent = this.dialog.dataset.failed;
    }
    return undefined;
  }

  show(form, from) {
    const shown = document.importNode(form, true);
    for (const script of shown.querySelectorAll("script")) script.remove();
    shown.setAttribute("action", new URL(form.getAttribute("action") || from, from).href);
    shown.noValidate = true;
    this.place.replaceChildren(shown);
    this.message.textContent = "";
    shown.querySelector("[aria-invalid=true], input:not([type=hidden])")?.focus();
  }
}
