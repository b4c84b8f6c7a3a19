// Scoring by keyboard: with the focus on a criterion a digit chooses points, Alt with an arrow goes to the criterion
// before or after. What somebody types in a text is left alone; the arrows between tiles are the browser's own.
const form = document.querySelector("form[data-score]");
const criteria = [...form.querySelectorAll("[data-criterion]")];
for (const note of document.querySelectorAll("[data-keys]")) note.hidden = false;

const isText = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");

// The tile that the Tab key would come to.
const tileOf = (criterion) =>
  criterion?.querySelector("input[type=radio]:checked") ?? criterion?.querySelector("input[type=radio]");

const choose = (criterion, points) => {
  const tile = criterion.querySelector(`input[type=radio][value="${points}"]`);
  tile?.focus();
  tile?.click();
  return Boolean(tile);
};

const go = (criterion) => {
  const tile = tileOf(criterion);
  tile?.focus({ preventScroll: true });
  if (tile) criterion.scrollIntoView({ block: "start" });
  return Boolean(tile);
};

form.addEventListener("keydown", (event) => {
  const criterion = event.target.closest("[data-criterion]");
  if (!criterion || isText(event.target) || event.ctrlKey || event.metaKey || event.isComposing) return;
  const steps = { ArrowUp: -1, ArrowDown: 1 };
  let done = false;
  if (event.altKey) {
    if (event.key in steps) done = go(criteria[criteria.indexOf(criterion) + steps[event.key]]);
  } else if (/^\d$/.test(event.key)) done = choose(criterion, event.key);
  else if (event.key === "Enter" && event.target.type === "radio") done = true; // a tile is no button: it sends nothing
  if (done) event.preventDefault();
});
