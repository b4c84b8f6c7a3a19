// What the controls of a field say, as pairs of name and value, and putting such pairs back. A table is one field.
const MANAGEMENT = /-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/;
const ticks = (control) => control.type === "checkbox" || control.type === "radio";

export const isTable = (form, field) => Boolean(form.elements[`${field}-TOTAL_FORMS`]);

export const controlsOf = (form, field) =>
  [...form.elements].filter((control) =>
    isTable(form, field) ? control.name.startsWith(`${field}-`) : control.name === field,
  );

export const fieldOf = (control) => control.name?.match(/^(.+)-\d+-[^-]+$/)?.[1] ?? control.name;

export const read = (form, field) =>
  controlsOf(form, field)
    .filter((control) => !ticks(control) || control.checked)
    .map((control) => [control.name, control.value]);

// The same for what differs in writing only: empty cells, line ends, spaces around.
export const gist = (pairs) =>
  JSON.stringify(
    pairs
      .map(([name, value]) => [name, value.replace(/\r\n?/g, "\n").trim()])
      .filter(([name, value]) => value && !MANAGEMENT.test(name))
      .sort(),
  );

export const addRow = (form, field) => {
  const template = form.querySelector(`template[data-row="${field}"]`);
  const total = form.elements[`${field}-TOTAL_FORMS`];
  if (!template || Number(total.value) >= Number(template.dataset.most)) return null;
  const number = Number(total.value);
  const holder = document.createElement("template");
  holder.innerHTML = template.innerHTML.replaceAll("__prefix__", number).replaceAll("__number__", number + 1);
  const row = holder.content.firstElementChild;
  form.querySelector(`[data-rows="${field}"]`).append(row);
  total.value = number + 1;
  return row;
};

export const fill = (form, field, pairs) => {
  if (isTable(form, field)) {
    const numbers = pairs.map(([name]) => Number(name.match(/-(\d+)-[^-]+$/)?.[1] ?? -1));
    const rows = Math.max(...numbers, -1) + 1;
    while (Number(form.elements[`${field}-TOTAL_FORMS`].value) < rows && addRow(form, field));
  }
  for (const control of controlsOf(form, field)) {
    if (MANAGEMENT.test(control.name)) continue;
    const values = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
    if (ticks(control)) control.checked = values.includes(control.value);
    else control.value = values[0] ?? "";
    control.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "filled" }));
  }
  controlsOf(form, field)[0]?.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "filled" }));
};

// The element that holds the whole field: its label, its error and its control.
export const placeOf = (form, field) =>
  form.querySelector(`[data-field="${field}"]`) ?? document.getElementById(`div_id_${field}`);
