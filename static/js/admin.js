// What Django's admin scripts leave unsaid: a tooltip's words belong to something that may have a name.
window.addEventListener("load", () => {
  document.querySelectorAll("span.help-tooltip[aria-label]").forEach((tip) => tip.setAttribute("role", "img"));
});
