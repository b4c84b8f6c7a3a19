// What is typed in a text of a report stays in this browser until it is saved: when the session ended, or the browser
// did, it is offered again. All words come from the page.
import { Kept } from "./form/kept.js";

const PAUSE_MS = 400;
const FIELD = "text";

const saved = document.querySelector("[data-text-saved]");
if (saved) new Kept(saved.dataset.person, saved.dataset.textSaved).forget(FIELD);

const form = document.querySelector("form[data-keeps]");
if (form) {
  const area = form.elements.text;
  const kept = new Kept(form.dataset.person, form.dataset.keeps);
  const same = (one, other) => one.replace(/\r\n?/g, "\n").trim() === other.replace(/\r\n?/g, "\n").trim();
  const panel = document.querySelector("[data-kept]");
  let timer;

  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => kept.keep(FIELD, { text: area.value }), PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    kept.keep(FIELD, { text: area.value });
  });

  const entry = kept.find(FIELD);
  if (entry && same(entry.text, area.value)) kept.forget(FIELD);
  else if (entry?.text) {
    panel.querySelector("[data-kept-text]").textContent = entry.text;
    panel.hidden = false;
    panel.querySelector("[data-kept-take]").addEventListener("click", () => {
      area.value = entry.text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      panel.hidden = true;
      area.focus();
    });
    panel.querySelector("[data-kept-drop]").addEventListener("click", () => {
      kept.forget(FIELD);
      panel.hidden = true;
      area.focus();
    });
  }
}
