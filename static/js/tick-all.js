// Ticks a whole page of the list at once, and tells how many are ticked. Without it each row has its own box.
for (const form of document.querySelectorAll("form[data-tick]")) {
  const alls = [...form.querySelectorAll("[data-tick-all]")];
  const told = form.querySelector("[data-ticked]");
  const boxes = [...form.querySelectorAll('input[name="p"]')];
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    for (const all of alls) {
      all.checked = ticked === boxes.length;
      all.indeterminate = ticked > 0 && !all.checked;
    }
    told.textContent = ticked ? `(${ticked})` : "";
  };
  for (const shown of form.querySelectorAll("[data-tick-shown]")) shown.hidden = false;
  form.addEventListener("change", (event) => {
    if (alls.includes(event.target)) for (const box of boxes) box.checked = event.target.checked;
    tell();
  });
  addEventListener("pageshow", tell);
  tell();
}
