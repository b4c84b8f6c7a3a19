// What is wrong with an answer, told at its field as the server would tell it.
import { placeOf } from "./controls.js";

const CONTROLS = ".tf-affix, .utrecht-textbox, .utrecht-textarea, .tf-choices, .tf-choice, .tf-table-wrap, .tf-card";

export const clearError = (form, field) => {
  field.refused = null;
  const place = placeOf(form, field.name);
  for (const error of place?.querySelectorAll(".utrecht-form-field-error-message") ?? []) error.remove();
};

// What is wrong is told at the field once somebody has left it.
export const showError = (form, field) => {
  const place = placeOf(form, field.name);
  if (!place || !field.refused || place.contains(document.activeElement)) return;
  const { errors } = field.refused;
  for (const old of place.querySelectorAll(".utrecht-form-field-error-message")) old.remove();
  const error = document.createElement("div");
  error.className = "utrecht-form-field-error-message";
  error.id = `${field.name}_not_saved`;
  error.textContent = errors.map((each) => each.message).join(" ");
  const control = document.getElementById(errors[0].anchor);
  const described = (control?.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== error.id);
  control?.setAttribute("aria-describedby", [error.id, ...described].join(" "));
  const first = place.querySelector(CONTROLS);
  if (first) first.before(error);
  else place.prepend(error);
};
