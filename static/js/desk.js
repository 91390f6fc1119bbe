// The board's desk: keys between slips, dragging, the bar that counts what is chosen. Everything it does is an ordinary
// form that works without it.
{
  const desk = document.querySelector("[data-desk]");
  const bar = document.querySelector("[data-move]");

  const SOON = 20_000; // a desk opened later than this after a step is a new visit

  if (desk && bar) {
    const target = bar.querySelector("select");
    const chosen = bar.querySelector("[data-chosen]");
    const kept = `desk-${desk.dataset.desk}`;
    const boxes = () => [...desk.querySelectorAll(".tk-slip input[type=checkbox]")];
    const picked = () => boxes().filter((box) => box.checked);
    const store = (value) => sessionStorage.setItem(kept, JSON.stringify(value));

    const count = () => {
      const many = picked().length;
      bar.hidden = many === 0;
      chosen.textContent = many === 1 ? chosen.dataset.one : chosen.dataset.many.replace("%s", many);
      for (const box of boxes()) box.closest(".tk-slip").classList.toggle("is-picked", box.checked);
    };

    // Keys: arrows between slips, space chooses by itself, F goes to the bar, Enter there moves, Escape goes back.
    const columns = () => [...desk.querySelectorAll("[data-column]")].map((column) => [...column.querySelectorAll(".tk-slip input[type=checkbox]")]).filter((column) => column.length);
    const neighbour = (box, key) => {
      const all = columns();
      const at = all.findIndex((column) => column.includes(box));
      const row = all[at].indexOf(box);
      if (key === "ArrowUp" || key === "ArrowDown") return all[at][row + (key === "ArrowDown" ? 1 : -1)];
      const other = all[at + (key === "ArrowRight" ? 1 : -1)];
      return other?.[Math.min(row, other.length - 1)];
    };
    let last = null;
    desk.addEventListener("keydown", (event) => {
      const box = event.target.closest?.(".tk-slip input[type=checkbox]");
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.target === desk && event.key.startsWith("Arrow")) {
        event.preventDefault();
        boxes()[0]?.focus();
      } else if (box && event.key.startsWith("Arrow")) {
        event.preventDefault();
        const next = neighbour(box, event.key);
        next?.focus();
        next?.closest(".tk-slip").scrollIntoView({ block: "nearest", inline: "nearest" });
      } else if (box && event.key.toLowerCase() === "f") {
        event.preventDefault();
        last = box;
        if (!picked().length) box.checked = true;
        count();
        target.focus();
      } else if (box && event.key === "Enter") {
        event.preventDefault();
        box.checked = !box.checked;
        count();
      }
    });
    target.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && target.value) {
        event.preventDefault();
        bar.requestSubmit();
      } else if (event.key === "Escape") {
        last?.focus();
      }
    });
    desk.addEventListener("change", count);

    // Pointer: drag one slip, or all the chosen ones, to a theme.
    for (const slip of desk.querySelectorAll(".tk-slip")) slip.draggable = Boolean(slip.querySelector("input"));
    desk.addEventListener("dragstart", (event) => {
      const slip = event.target.closest?.(".tk-slip");
      const box = slip?.querySelector("input");
      if (!box) return;
      if (!box.checked) {
        for (const other of picked()) other.checked = false;
        box.checked = true;
        count();
      }
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", slip.dataset.slip);
    });
    const place = (event) => event.target.closest?.("[data-drop]");
    const leave = () => desk.querySelectorAll(".is-target").forEach((column) => column.classList.remove("is-target"));
    desk.addEventListener("dragover", (event) => {
      leave();
      if (!place(event) || !picked().length) return;
      event.preventDefault();
      place(event).classList.add("is-target");
    });
    desk.addEventListener("dragend", leave);
    desk.addEventListener("drop", (event) => {
      const column = place(event);
      leave();
      if (!column || !picked().length) return;
      event.preventDefault();
      target.value = column.dataset.column;
      bar.requestSubmit();
    });

    // After a step the desk is where it was; a refresh keeps what was chosen.
    const remember = (picks) => store({ at: Date.now(), x: desk.scrollLeft, y: scrollY, next: nextAfter(), picks });
    const nextAfter = () => {
      const first = picked()[0];
      if (!first) return "";
      const column = columns().find((boxes_) => boxes_.includes(first));
      const rest = column.filter((box) => !box.checked);
      return (rest.find((box) => column.indexOf(box) > column.indexOf(first)) ?? rest[0])?.value ?? "";
    };
    document.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (event.target === bar) target.required = false;
      remember([]);
    });
    document.addEventListener("click", (event) => {
      if (!event.target.closest?.("[data-refresh]")) return;
      event.preventDefault();
      remember(picked().map((box) => box.value));
      location.reload();
    });
    const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
    sessionStorage.removeItem(kept);
    if (before && Date.now() - before.at < SOON) {
      // Whoever was quicker than this script keeps what they chose and where they stand.
      for (const box of boxes()) box.checked ||= before.picks.includes(box.value);
      desk.scrollLeft = before.x;
      scrollTo(0, before.y);
      if (!desk.contains(document.activeElement)) boxes().find((box) => box.value === before.next)?.focus({ preventScroll: true });
    }

    document.querySelector("[data-keys]")?.removeAttribute("hidden");
    const filter = document.querySelector(".tk-desk-filter");
    if (filter && !filter.hasAttribute("data-used") && matchMedia("(max-width: 47.99rem)").matches) filter.open = false;
    count();
  }
}
