"use strict";
// Moments are told in the reader's own time zone; without this script they are told in UTC, and say so.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes(`zone=${encodeURIComponent(zone)}`)) {
    document.cookie = `zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  }
})();

// Whoever waits sees that something is being done.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.submitter?.formTarget) return;
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

// What was typed and not saved is not left without a word.
(() => {
  const form = document.querySelector("form[data-unsaved]");
  if (!form) return;
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  form.addEventListener("submit", (event) => { if (!event.submitter?.formTarget) touched = false; });
  window.addEventListener("beforeunload", (event) => { if (touched) event.preventDefault(); });
})();

// A text is shown as it would be read while it is being written. A new frame each time leaves no steps to go back through.
(() => {
  const form = document.querySelector("form[data-preview]");
  const button = form?.querySelector("button[formtarget]");
  if (!button) return;
  let waits;
  const show = () => {
    const frame = form.querySelector("iframe");
    const fresh = frame.cloneNode();
    fresh.removeAttribute("src");
    frame.replaceWith(fresh);
    form.requestSubmit(button);
  };
  form.addEventListener("input", (event) => {
    if (event.target.id === "address") return;
    clearTimeout(waits);
    waits = setTimeout(show, 500);
  });
  if (!form.querySelector("iframe").src) show();
})();
