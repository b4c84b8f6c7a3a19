// Sends a file and says in words how far it is. When the connection breaks off, the file stays chosen and can be sent
// again; the key of the request lets it arrive once. Without this script the form sends itself.
const megabytes = (bytes) => (bytes / 1048576).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

const busy = new WeakSet();

function send(form) {
  const progress = form.querySelector("[data-upload-progress]");
  const request = new XMLHttpRequest();
  let told = -10;
  const tell = (words) => { progress.textContent = words; };
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const percent = Math.floor((100 * loaded) / total);
    if (percent < told + 10 && percent < 100) return; // a screen reader reads each line
    told = percent;
    const words = form.dataset.sending.replace("{percent}", percent);
    tell(words.replace("{sent}", megabytes(loaded)).replace("{size}", megabytes(total)));
  });
  request.upload.addEventListener("load", () => tell(form.dataset.arrived));
  const broken = () => {
    busy.delete(form);
    delete form.dataset.sent;
    tell(form.dataset.broken);
  };
  request.addEventListener("error", broken);
  request.addEventListener("abort", broken);
  request.addEventListener("timeout", broken);
  request.addEventListener("load", () => {
    if (request.status >= 500 || request.status === 0) return broken();
    if (new URL(request.responseURL).pathname !== location.pathname) return location.assign(request.responseURL);
    show(new DOMParser().parseFromString(request.responseText, "text/html"));
  });
  request.open("POST", location.href);
  request.send(new FormData(form));
}

// Puts the answer in the place of the page: the list with the new file, or the form with what was wrong.
function show(page) {
  const main = page.querySelector("main");
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  globalThis.htmx?.process(main);
  (main.querySelector("[data-error-summary]") ?? main).focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]")) return;
  event.preventDefault();
  if (busy.has(form)) return;
  busy.add(form);
  send(form);
});
