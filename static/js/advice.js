// The advice: sums of the amounts as they are typed, reasons only where something is less, and how the text reads.
// Without this the page says the same after each save.
const language = document.documentElement.lang;

// As the server reads an amount: a point for thousands, a comma for cents. What it doesn't understand counts as nothing.
const euros = (typed) => {
  const plain = typed.replace(/[\s\u00a0]/g, "").replace(/^(€|EUR)/, "");
  if (!/^(\d{1,3}(\.\d{3})+|\d+)(,(\d{1,2}|-))?$/.test(plain)) return null;
  return Number(plain.replaceAll(".", "").replace(",-", "").replace(",", "."));
};

const written = (amount) => {
  const cents = Math.round(amount * 100) % 100 !== 0;
  const digits = { minimumFractionDigits: cents ? 2 : 0, maximumFractionDigits: cents ? 2 : 0 };
  return `€\u00a0${amount.toLocaleString(language.startsWith("en") ? "en" : "nl", digits)}`;
};

const form = document.querySelector("form[data-advice]");

const amountOf = (part) => euros(part.querySelector("input").value);

// A reason is asked where it is needed; one that stands there already, or was found wrong, stays in sight.
const showReason = (part, isLess) => {
  const reason = part.querySelector("[data-reason]");
  const kept = reason.querySelector("input").value.trim() || reason.querySelector(".utrecht-form-field--invalid");
  reason.hidden = !isLess && !kept;
};

const add = () => {
  const sums = { eligible: 0, advised: 0 };
  for (const year of form.querySelectorAll("[data-year]")) {
    const [eligible, advised] = ["eligible", "advised"].map((name) => year.querySelector(`[data-part=${name}]`));
    const [may, is] = [amountOf(eligible), amountOf(advised)];
    showReason(eligible, may !== null && may < Number(year.dataset.requested));
    showReason(advised, is !== null && is < (may ?? Number(year.dataset.requested)));
    sums.eligible += may ?? 0;
    sums.advised += is ?? 0;
  }
  for (const [name, sum] of Object.entries(sums)) {
    const place = form.querySelector(`[data-sum=${name}]`);
    if (place && place.textContent !== written(sum)) place.textContent = written(sum);
  }
};

// As readability.py counts: words with a letter or digit in them, by sentence or line.
const wordsPerSentence = (text) => {
  const counts = text
    .split(/[.!?:;…]+(?=\s|$)|\n+/)
    .map((part) => part.split(/\s+/).filter((word) => /[\p{L}\p{N}_]/u.test(word)).length)
    .filter((count) => count);
  return counts.length ? Math.round(counts.reduce((sum, count) => sum + count, 0) / counts.length) : 0;
};

const read = (area) => {
  const { long, fine, hard } = form.querySelector("[data-reading]").dataset;
  const place = document.getElementById(`${area.id}_reading`);
  const words = wordsPerSentence(area.value);
  const isLong = words > Number(long);
  const said = words ? (isLong ? hard : fine).replace("{n}", words) : "";
  if (place.textContent !== said) place.textContent = said;
  place.classList.toggle("tf-reading--long", isLong);
};

let timer;
form.addEventListener("input", (event) => {
  if (event.target.closest("[data-year]")) add();
  if (!event.target.matches("[data-readable]")) return;
  clearTimeout(timer);
  timer = setTimeout(read, 600, event.target);
});
add();
