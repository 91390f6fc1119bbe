// The agenda editor: running times beside the rows, one more row, move a row up. Without it the rows can still be filled in.
{
  const editor = document.querySelector("[data-agenda]");
  const start = document.querySelector('[name="starts"]');
  const sign = document.documentElement.lang === "en" ? ":" : ".";
  const rows = () => [...editor.querySelectorAll("[data-row]")];
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);

  const show = () => {
    const [hours, minutes] = (start?.value || editor.dataset.start || "").split(":").map(Number);
    let at = Number.isFinite(minutes) ? hours * 60 + minutes : null;
    for (const row of rows()) {
      const used = field(row, "title").value.trim() && at !== null;
      const digits = (number) => String(number).padStart(2, "0");
      row.querySelector("[data-clock]").textContent = used
        ? `· ${digits(Math.floor(at / 60) % 24)}${sign}${digits(at % 60)}`
        : "";
      if (used) at += Number(field(row, "minutes").value) || 0;
    }
  };

  const swap = (one, other) => {
    for (const name of ["title", "minutes", "speaker"]) {
      const [a, b] = [field(one, name), field(other, name)];
      [a.value, b.value] = [b.value, a.value];
    }
    show();
  };

  const addUp = (row) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-sm";
    button.textContent = editor.dataset.up;
    button.addEventListener("click", () => {
      const all = rows();
      const place = all.indexOf(row);
      if (place > 0) {
        swap(all[place - 1], row);
        field(all[place - 1], "title").focus();
      }
    });
    row.querySelector("legend").append(" ", button);
  };

  const addRow = () => {
    const total = editor.querySelector('[name$="-TOTAL_FORMS"]');
    const most = Number(editor.querySelector('[name$="-MAX_NUM_FORMS"]').value);
    const number = Number(total.value);
    if (number >= most) return;
    const copy = rows().at(-1).cloneNode(true);
    copy.querySelectorAll("button, .invalid-feedback").forEach((part) => part.remove());
    copy.innerHTML = copy.innerHTML.replaceAll(`agenda-${number - 1}-`, `agenda-${number}-`);
    copy.querySelectorAll("input").forEach((input) => {
      input.value = "";
      input.classList.remove("is-invalid");
    });
    const legend = copy.querySelector("legend");
    legend.firstChild.textContent = legend.firstChild.textContent.replace(/\d+/, number + 1);
    rows().at(-1).after(copy);
    total.value = number + 1;
    addUp(copy);
    field(copy, "title").focus();
    show();
  };

  if (editor) {
    rows().slice(1).forEach(addUp);
    const more = document.createElement("button");
    more.type = "button";
    more.className = "btn btn-secondary btn-sm";
    more.textContent = editor.dataset.add;
    more.addEventListener("click", addRow);
    editor.append(more);
    editor.addEventListener("input", show);
    start?.addEventListener("input", show);
    show();
  }
}
