// Counts the characters of a textarea against the limit that stands below it. Nothing is cut off.
for (const area of document.querySelectorAll("textarea[data-maxlength]")) {
  const counter = document.getElementById(`${area.id}_counter`);
  if (!counter) continue;
  const limit = Number(area.dataset.maxlength);
  let timer;
  const show = () => {
    const left = limit - area.value.trim().replace(/\r?\n/g, "\r\n").length; // as the server counts
    const words = left < 0 ? counter.dataset.over : counter.dataset.left;
    counter.textContent = words.replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
    counter.classList.toggle("tf-counter--over", left < 0);
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 600);
  });
  show();
}
