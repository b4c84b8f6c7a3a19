// Signing out takes away what other people left in this browser.
import { tidy } from "./form/kept.js";

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.includes("/logout/")) tidy(document.body.dataset.person);
});
