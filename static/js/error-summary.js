// A page that comes back with errors reads them first: the summary takes the focus.
document.querySelector("[data-error-summary]")?.focus();
