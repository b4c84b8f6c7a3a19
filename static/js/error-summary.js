// A page that comes back with errors reads them first. Where the browser leaves `autofocus` alone, this moves the focus.
const summary = document.querySelector("[data-error-summary]");
if (summary) setTimeout(() => summary.contains(document.activeElement) || summary.focus(), 150);
