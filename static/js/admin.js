// What Django's admin scripts leave unsaid: a tooltip's words belong to something that may have a name,
// and a field that searches while one types is called what its label says.
{
  const nameSearches = () => {
    document.querySelectorAll("select.admin-autocomplete").forEach((select) => {
      const words = select.labels?.[0]?.textContent.trim().replace(/:$/, "");
      const box = select.parentElement.querySelector(".select2-selection");
      if (!words || !box) return;
      const chosen = box.querySelector(".select2-selection__rendered");
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", [words, chosen?.title].filter(Boolean).join(": "));
      chosen?.setAttribute("aria-label", words);
    });
  };

  window.addEventListener("load", () => {
    document.querySelectorAll("span.help-tooltip[aria-label]").forEach((tip) => tip.setAttribute("role", "img"));
    const jquery = window.django?.jQuery;
    nameSearches();
    jquery?.(nameSearches); // once more after whatever waits for the same moment
    jquery?.(document).on("select2:open", (event) => {
      const words = event.target.labels?.[0]?.textContent.trim().replace(/:$/, "");
      document.querySelectorAll(".select2-container--open .select2-search__field").forEach((field) => {
        field.setAttribute("aria-label", words || "…");
        field.focus();
      });
    });
    jquery?.(document).on("select2:select select2:clear", nameSearches);
  });
}
