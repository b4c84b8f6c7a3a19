// Saves what somebody types by itself: within three seconds, on leaving a field, and on leaving the page. Whatever could
// not be saved stays in this browser and is tried again. All words come from the page.
import { addRow, fieldOf, fill, gist, placeOf, read } from "./controls.js";
import { clearError, showError } from "./errors.js";
import { Kept } from "./kept.js";
import { SignIn } from "./sign-in.js";
import { renewTokens, token } from "./tokens.js";

const form = document.querySelector("form[data-autosave]");
const bar = document.querySelector("[data-autosave-bar]");
const words = bar.dataset;
const url = form.dataset.autosave;

const PAUSE_MS = 1200; // after the last key
const LONGEST_MS = 3000; // while somebody goes on typing
const WAIT_MS = 15_000; // for an answer
const AGAIN_MS = [1000, 2000, 4000, 8000];

const kept = new Kept(form.dataset.person, form.dataset.proposal);
const fields = new Map();
let sending = null;
let trouble = ""; // why saving does not work: offline, failing, signedOut or over
let attempts = 0;
let timer;
let waitingSince = 0;
let leaving = false;
let catching = null; // what the draft says is on its way

const newKey = () => {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

for (const version of form.querySelectorAll("[data-version]")) {
  const name = version.dataset.version;
  fields.set(name, { name, version, saved: gist(read(form, name)), dirty: false, refused: null, tried: [], panel: null });
}
const now = (field) => gist(read(form, field.name));
const unsaved = () => [...fields.values()].filter((field) => field.dirty);
const ready = () => unsaved().filter((field) => !field.panel);

// What the page says ------------------------------------------------------------------------------------------------

const status = bar.querySelector("[data-autosave-status]");
const button = bar.querySelector("[data-autosave-sign-in]");
const tell = (text, kind) => {
  if (status.textContent !== text) status.textContent = text;
  bar.dataset.kind = kind;
  button.hidden = trouble !== "signedOut";
};

// Keeping ------------------------------------------------------------------------------------------------------------

const keep = (field) =>
  kept.keep(field.name, { controls: read(form, field.name), seen: field.version.value, tried: field.tried });

const settle = (field) => {
  field.dirty = false;
  field.tried = [];
  kept.forget(field.name);
};

// Saving -------------------------------------------------------------------------------------------------------------

const schedule = (delay) => {
  clearTimeout(timer);
  waitingSince ||= Date.now();
  timer = setTimeout(save, Math.max(0, Math.min(delay, waitingSince + LONGEST_MS - Date.now())));
};

const tryLater = (kind) => {
  trouble = kind;
  tell(words[kind], "warning");
  const delay = AGAIN_MS[Math.min(attempts, AGAIN_MS.length - 1)];
  attempts += 1;
  clearTimeout(timer);
  timer = setTimeout(save, delay * (0.75 + Math.random() / 2));
};

const stop = (text) => {
  trouble = "over";
  clearTimeout(timer);
  tell(text, "error");
};

const signedOut = (text) => {
  trouble = "signedOut";
  clearTimeout(timer);
  tell(text || words.signedOut, "warning");
  signIn.open(signedIn);
};

const signedIn = () => {
  trouble = "";
  attempts = 0;
  renewTokens();
  tell(words.begin, "info");
  status.closest("[tabindex]")?.focus();
  return save();
};

const bodyOf = (batch, key) =>
  JSON.stringify({
    user: Number(form.dataset.person),
    step: form.dataset.step,
    key,
    tried: [...new Set(batch.flatMap((field) => field.tried))].slice(-50),
    fields: Object.fromEntries(
      batch.map((field) => [field.name, { controls: read(form, field.name), seen: field.version.value }]),
    ),
  });

const post = (body, options) =>
  fetch(url, {
    method: "POST",
    body,
    credentials: "same-origin",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    ...options,
  });

// One save at a time, of everything that is not saved yet. Returns when there is an answer.
function save() {
  sending ??= sendAll().finally(() => {
    sending = null;
    if (!trouble && ready().some((field) => !field.refused || field.refused.gist !== now(field))) schedule(PAUSE_MS);
  });
  return sending;
}

async function sendAll() {
  await catching;
  clearTimeout(timer);
  waitingSince = 0;
  const batch = ready();
  if (trouble === "over" || batch.every((field) => field.refused && field.refused.gist === now(field))) return;
  const key = newKey();
  const sent = new Map();
  const body = bodyOf(batch, key);
  for (const field of batch) {
    sent.set(field, now(field));
    field.tried.push(key);
    keep(field);
  }
  let answer;
  try {
    answer = await post(body, { signal: AbortSignal.timeout(WAIT_MS) });
  } catch {
    tryLater(navigator.onLine ? "failing" : "offline");
    return;
  }
  await handle(answer, sent);
}

async function handle(answer, sent) {
  if (answer.status >= 500 || answer.status === 429) return tryLater("failing");
  if (answer.type === "opaqueredirect" || (answer.status === 403 && !token())) return signedOut("");
  const told = await answer.json().catch(() => null);
  if (answer.status === 401) return signedOut(told?.detail);
  if (!told || told.frozen) return stop(told?.detail ?? words.notAllowed);
  if (!told.seen) {
    for (const [field, gistSent] of sent) field.refused = { gist: gistSent, errors: [{ message: told.detail, anchor: "" }] };
    return tell(told.detail, "error");
  }
  trouble = "";
  attempts = 0;
  return apply(told, sent);
}

function apply(told, sent) {
  for (const [field, gistSent] of sent) {
    if (told.conflicts[field.name]) showConflict(field, told.conflicts[field.name]);
    else if (told.errors[field.name]) {
      field.refused = { gist: gistSent, errors: told.errors[field.name] };
      showError(form, field);
    } else if (told.seen[field.name]) {
      field.version.value = told.seen[field.name];
      field.saved = gistSent;
      clearError(form, field);
      if (now(field) === gistSent) settle(field);
      else {
        field.tried = [];
        keep(field);
      }
    }
  }
  const slot = document.querySelector("[data-autosave-closed]");
  if (told.closed && !slot.firstElementChild) slot.innerHTML = told.closed;
  if (unsaved().some((field) => field.panel)) tell(words.conflict, "warning");
  else if (unsaved().some((field) => field.refused)) tell(words.refused, "warning");
  else tell(told.status, "ok");
}

// Two versions of one field -----------------------------------------------------------------------------------------

function showConflict(field, html) {
  field.panel?.remove();
  const holder = document.createElement("template");
  holder.innerHTML = html;
  field.panel = holder.content.querySelector("[data-conflict]");
  placeOf(form, field.name).after(field.panel);
  watchPanel(field);
}

function watchPanel(field) {
  field.panel.addEventListener("click", (event) => {
    const choice = event.target.closest("button")?.name;
    if (!choice) return;
    event.preventDefault();
    choose(field, choice);
  });
}

async function choose(field, choice) {
  const seen = field.panel.dataset.seen;
  if (choice !== "keep") {
    const theirs = await tellFields().catch(() => null);
    if (!theirs?.fields?.[field.name]) return save();
    const { controls, seen: latest } = theirs.fields[field.name];
    if (choice === "both") {
      const both = [...read(form, field.name), ...controls].map(([, text]) => text).filter(Boolean).join("\n\n");
      fill(form, field.name, [[field.name, both]]);
    } else fill(form, field.name, controls);
    field.version.value = latest;
  } else field.version.value = seen;
  field.panel.remove();
  field.panel = null;
  if (choice === "take") {
    field.saved = now(field);
    settle(field);
  } else keep(field);
  form.elements[field.name]?.focus?.();
  tell(words.begin, "info");
  return save();
}

// What the draft says by now ----------------------------------------------------------------------------------------

async function tellFields() {
  const answer = await fetch(`${url}?stap=${form.dataset.step}`, { credentials: "same-origin", redirect: "manual" });
  return answer.ok ? answer.json() : null;
}

// After the back button the browser shows a page of before, with or without what was typed since.
async function catchUp() {
  const began = new Map([...fields.values()].map((field) => [field, now(field)]));
  const told = await tellFields().catch(() => null);
  if (!told) return;
  for (const [field, gistBegan] of began) {
    const fresh = told.fields[field.name];
    if (!fresh || field.panel) continue;
    const same = gist(fresh.controls) === gistBegan;
    if (field.dirty && !same) continue;
    if (!same) fill(form, field.name, fresh.controls);
    field.version.value = fresh.seen;
    field.saved = gist(fresh.controls);
    if (field.dirty) keep(field);
  }
}

// Whether all that was kept stands in the field already: a crash may leave less in the browser than was saved.
const stands = (field, controls) => {
  const area = form.elements[field.name];
  return area?.type === "textarea" && controls[0]?.[1].length > 20 && area.value.startsWith(controls[0][1].trim());
};

// Put back what was typed before a crash, a closed tab or a session that ran out.
function restore() {
  let found = false;
  for (const field of fields.values()) {
    const entry = kept.find(field.name);
    if (!entry || field.panel) continue;
    const there = gist(entry.controls) === now(field) || stands(field, entry.controls);
    if (there && !("unsaved" in form.dataset)) {
      kept.forget(field.name);
      continue;
    }
    if (gist(entry.controls) !== now(field)) {
      fill(form, field.name, entry.controls);
      found = true;
    }
    field.version.value = entry.seen;
    field.tried = entry.tried ?? [];
    field.dirty = true;
  }
  if (found) document.querySelector("[data-autosave-restored]").hidden = false;
}

// What people do -----------------------------------------------------------------------------------------------------

const signIn = new SignIn(document.querySelector("[data-sign-in]"), async () => {
  const told = await tellFields();
  return told?.user === Number(form.dataset.person);
});

form.addEventListener("input", (event) => {
  const field = fields.get(fieldOf(event.target));
  if (!field || event.detail === "filled") return;
  field.dirty = field.tried.length > 0 || field.panel !== null || now(field) !== field.saved;
  if (field.dirty) keep(field);
  else settle(field);
  if (field.dirty && !sending && !trouble) schedule(PAUSE_MS);
});
for (const kind of ["change", "focusout"]) {
  form.addEventListener(kind, (event) => {
    const field = fields.get(fieldOf(event.target));
    if (!field || event.detail === "filled") return;
    if (field.refused) setTimeout(showError, 0, form, field); // when the focus is where it goes
    if (field.dirty && !trouble) schedule(0);
  });
}

form.addEventListener("click", (event) => {
  const pressed = event.target.closest("button[name=action]");
  const row = pressed && addRow(form, pressed.value);
  if (!row) return;
  event.preventDefault();
  row.querySelector("input")?.focus();
});

// Sending the page waits for the save: then a page that can't be saved is not left.
form.addEventListener("submit", (event) => {
  if (leaving) return;
  event.preventDefault();
  leave(event.submitter);
});

let going = false;
async function leave(submitter) {
  if (going) return;
  going = true;
  clearTimeout(timer);
  await new Promise((done) => setTimeout(done)); // a form can't be sent from within its own sending
  if (sending) await sending;
  if (trouble !== "over" && ready().length) await save();
  going = false;
  const panel = unsaved().find((field) => field.panel)?.panel;
  if (trouble === "signedOut") signIn.open(() => signedIn().then(() => leave(submitter)));
  else if (panel) panel.focus();
  else if (trouble !== "offline" && trouble !== "failing") {
    leaving = true;
    renewTokens();
    form.requestSubmit(submitter);
  }
}

button.addEventListener("click", () => signIn.open(signedIn));
addEventListener("online", () => trouble === "offline" && save());
addEventListener("offline", () => unsaved().length && tryLater("offline"));

const flush = () => {
  const batch = ready();
  if (!batch.length || trouble === "over" || leaving) return;
  const key = newKey();
  for (const field of batch) {
    field.tried.push(key);
    keep(field);
  }
  post(bodyOf(batch, key), { keepalive: true }).catch(() => {});
};
addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && !sending && unsaved().length && !trouble && save());

document.addEventListener("submit", (event) => {
  const other = event.target;
  if (other === form || !other.getAttribute("action")?.includes("/logout/") || !ready().length || other.dataset.flushed) return;
  event.preventDefault();
  other.dataset.flushed = "yes";
  Promise.race([save(), new Promise((done) => setTimeout(done, 3000))]).then(() => other.requestSubmit());
}, true);

// A fragment that leads to the sign-in page is no fragment.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseURL.endsWith(event.detail.pathInfo.requestPath)) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token();
});

addEventListener("pageshow", (event) => {
  leaving = false;
  const [navigation] = performance.getEntriesByType("navigation");
  if (event.persisted || navigation?.type === "back_forward") catching = catchUp().finally(() => (catching = null));
});

for (const panel of form.querySelectorAll("[data-conflict]")) {
  const field = fields.get(panel.dataset.conflict);
  if (!field) continue;
  Object.assign(field, { panel, dirty: true });
  watchPanel(field);
}
restore();
if ("unsaved" in form.dataset) for (const field of fields.values()) field.dirty = true;
for (const link of document.querySelectorAll("[data-with-autosave]")) link.textContent = link.dataset.withAutosave;
bar.hidden = false;
tell(words.begin, "info");
if (ready().length) schedule(0);
form.dataset.watched = "yes";
