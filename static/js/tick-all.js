// Ticks a whole page of the list at once, and tells how many are ticked. Without it each row has its own box.
for (const form of document.querySelectorAll("form[data-tick]")) {
  const all = form.querySelector("[data-tick-all]");
  const told = form.querySelector("[data-ticked]");
  const boxes = [...form.querySelectorAll('input[name="p"]')];
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
    told.textContent = ticked ? `(${ticked})` : "";
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  form.addEventListener("change", (event) => {
    if (event.target !== all) tell();
  });
  addEventListener("pageshow", tell);
  tell();
}
