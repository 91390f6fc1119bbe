// Partial page updates: an expired session leads to the sign-in page, a lost connection says so, what came in gets the focus it asks for.
{
  const say = (name) => {
    const words = document.querySelector(`#partial-words [data-${name}]`);
    const corner = document.getElementById("toasts");
    if (!words || !corner) return;
    const toast = words.content.firstElementChild.cloneNode(true);
    corner.append(toast);
    document.dispatchEvent(new CustomEvent("htmx:load"));
  };

  document.addEventListener("htmx:sendError", () => say("offline"));
  document.addEventListener("htmx:responseError", () => say("failed"));

  // Focus does not follow swapped content by itself: <h2 tabindex="-1" data-focus> asks for it.
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    (target.matches?.("[data-focus]") ? target : target.querySelector?.("[data-focus]"))?.focus();
  });
}
