// The what-if board: steps send the version that the page has now, cards can be dragged, and focus follows the card.
// Without this every step works too: as a form that gives the whole page back.
const board = () => document.getElementById("board");
const canMove = (card) => card?.querySelector("form[data-move]");
let dragged = null;

const begin = () => {
  board().classList.add("tf-board--live");
  for (const card of document.querySelectorAll("[data-card]")) card.draggable = Boolean(canMove(card));
};

const versionNow = () => document.getElementById("board-version").value;

document.addEventListener("htmx:configRequest", (event) => {
  if (board().contains(event.target)) event.detail.parameters.version = versionNow();
});

// A refused step comes with what to show: 409 the board as it is now, 422 what is wrong with an amount.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) event.detail.shouldSwap = true;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  if (form.matches?.("form[data-move]") && event.detail.successful) {
    const moved = form.querySelector("button").id;
    requestAnimationFrame(() => document.getElementById(moved)?.focus());
  }
});
document.addEventListener("htmx:afterSettle", begin);
document.addEventListener("htmx:oobAfterSwap", begin);

// The forms below the board are sent with the version that the board has by then.
document.addEventListener("submit", (event) => {
  const field = event.target.matches("[data-version]") && event.target.querySelector("[name$=version]");
  if (field) field.value = versionNow();
}, true);

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
const listUnder = (event) => {
  const list = event.target.closest?.(".tf-board__side")?.querySelector("[data-side]");
  return list && canMove(dragged)?.dataset.move === list.dataset.side ? list : null;
};
document.addEventListener("dragover", (event) => {
  const list = listUnder(event);
  for (const each of document.querySelectorAll(".tf-board__list--over")) {
    if (each !== list) each.classList.remove("tf-board__list--over");
  }
  if (!list) return;
  event.preventDefault();
  list.classList.add("tf-board__list--over");
});
document.addEventListener("drop", (event) => {
  if (!listUnder(event)) return;
  event.preventDefault();
  canMove(dragged).requestSubmit();
});
document.addEventListener("dragend", () => {
  dragged = null;
  for (const each of document.querySelectorAll(".tf-board__list--over")) each.classList.remove("tf-board__list--over");
});

begin();
