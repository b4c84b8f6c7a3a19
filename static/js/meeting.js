// Keeps the letters in step with the points that are chosen, and saves the notes of a meeting while the team talks.
// Without it the page does the same with its buttons.
const form = document.querySelector("section[aria-labelledby=agreed] form");

const show = () => {
  for (const section of form.querySelectorAll("[data-criterion]")) {
    const scored = section.querySelector("input[type=radio]:checked") !== null;
    section.classList.toggle("tf-criterion--done", scored);
    document.querySelector(`[data-letter="${section.dataset.criterion}"]`)?.classList.toggle("tf-letter--done", scored);
  }
};

const WAIT = 2000;
let timer = null;
let saving = null;
let stopped = false;

const tell = (sentence) => {
  form.querySelector("[data-notes-status]").textContent = sentence;
};

const send = async () => {
  tell(form.dataset.saving);
  const body = new FormData(form);
  body.set("action", "draft");
  try {
    const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" } });
    const said = await answer.json();
    if (answer.ok) form.elements.version_seen.value = said.version;
    tell(answer.ok ? form.dataset.saved : said.problem);
    // Somebody else saved, or the item is done: only the person can say what happens now.
    stopped = answer.status === 409;
  } catch {
    tell(form.dataset.failed);
  }
};

const save = async () => {
  // The next save needs the version that the one before brings back.
  await saving;
  if (stopped) return;
  saving = send();
  await saving;
};

const saveSoon = () => {
  clearTimeout(timer);
  timer = setTimeout(save, WAIT);
};

// A button waits for a save that is on its way: it would be told that somebody else saved.
const wait = async (event) => {
  clearTimeout(timer);
  if (saving === null || form.dataset.waited) return;
  event.preventDefault();
  const button = event.submitter;
  await saving;
  form.dataset.waited = "yes";
  form.requestSubmit(button);
};

form.addEventListener("change", show);
show();
if ("notes" in form.dataset) {
  form.addEventListener("input", saveSoon);
  form.addEventListener("submit", wait);
}
