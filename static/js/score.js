// Keeps the letters, the total and what the chosen points mean in step with the points that are chosen. Without it the
// page tells them after saving.
const form = document.querySelector("form[data-score]");
const sections = [...form.querySelectorAll("[data-criterion]")];

const pointsOf = (section) => section.querySelector("input[type=radio]:checked")?.value;
const highestOf = (section) =>
  Math.max(...[...section.querySelectorAll("input[type=radio]")].map((tile) => Number(tile.value) || 0));
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_match, name) => values[name]);
const tell = (selector, sentence, values) => {
  const place = form.querySelector(selector);
  if (place && sentence) place.textContent = fill(sentence, values);
};

const say = (place, text) => {
  if (place.textContent.trim() !== text.trim()) place.textContent = text;
};

const show = () => {
  const values = { points: 0, possible: 0, scored: 0, criteria: sections.length };
  for (const section of sections) {
    const given = pointsOf(section);
    const scored = given !== undefined;
    const weight = Number(section.dataset.weight);
    section.classList.toggle("tf-criterion--done", scored);
    document.querySelector(`[data-letter="${section.dataset.criterion}"]`)?.classList.toggle("tf-letter--done", scored);
    const chosen = section.querySelector("[data-chosen]");
    if (chosen) say(chosen, section.querySelector(`[data-level="${given}"]`)?.textContent ?? "");
    values.scored += scored;
    if (!scored || given === "-") continue;
    values.points += Number(given) * weight;
    values.possible += highestOf(section) * weight;
  }
  tell("[data-total]", form.dataset.points, values);
  tell("[data-count]", form.dataset.scored, values);
};

form.addEventListener("change", show);
show();
