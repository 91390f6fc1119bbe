// Toasts can be closed, and leave by themselves after a while unless someone is reading or reaching for them.
{
  const SECONDS = 10;

  const start = (toast) => {
    if (toast.dataset.started) return;
    toast.dataset.started = "yes";
    let timer;
    const wait = () => {
      timer = setTimeout(() => toast.remove(), SECONDS * 1000);
    };
    const hold = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", hold);
    toast.addEventListener("pointerleave", wait);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("focusout", wait);
    toast.querySelector("[data-close]")?.addEventListener("click", () => toast.remove());
    // One with a deed to undo stays until it is closed.
    if (!toast.querySelector("form")) wait();
  };

  const startAll = () => document.querySelectorAll("[data-toast]").forEach(start);
  startAll();
  document.addEventListener("htmx:load", startAll);
}
