/* What a script may add; every page works without it. */
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/* On paper nothing is folded away. */
const opened = [];
window.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details:not([open])")) {
    folded.open = true;
    opened.push(folded);
  }
});
window.addEventListener("afterprint", () => {
  for (const folded of opened.splice(0)) folded.open = false;
});

/* A second press on the same button sends nothing twice.  The server refuses it anyway; this only spares the reader. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 5000);
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

/* A scanner that types sends the separator of GS1 as Ctrl and ], which a field does not take by itself. */
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-scan]")) return;
  if (event.key !== "\x1d" && !(event.ctrlKey && !event.altKey && (event.key === "]" || event.code === "BracketRight"))) return;
  event.preventDefault();
  field.setRangeText("\x1d", field.selectionStart, field.selectionEnd, "end");
});

/* Who comes back to a form that was refused starts at what is wrong. */
document.getElementById("form-errors")?.focus();
