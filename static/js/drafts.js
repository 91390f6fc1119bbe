// Keeps what is typed until it is sent: <form data-draft="key">. The text lies on this device only, a day at most,
// and never that of fields marked data-secret or of type password, file or hidden. A form that comes back with errors
// keeps it. Fields of one name are told apart by their place. It is cleared by a page with <meta name="draft-sent" content="key">, or by any page of ours that follows the
// sending and is neither the form again, nor an error, nor the way in.
{
  const PREFIX = "draft:";
  const DAY = 24 * 60 * 60 * 1000;

  const read = (key) => {
    try {
      const kept = JSON.parse(localStorage.getItem(PREFIX + key));
      return kept && Date.now() - kept.at < DAY ? kept.fields : null;
    } catch {
      return null;
    }
  };
  const write = (key, fields) => {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), fields }));
    } catch {
      // A full or forbidden store: the page works without.
    }
  };
  const forget = (key) => {
    try {
      localStorage.removeItem(PREFIX + key);
    } catch {
      // As above.
    }
  };
  const forgetOld = () => {
    try {
      Object.keys(localStorage)
        .filter((name) => name.startsWith(PREFIX) && !read(name.slice(PREFIX.length)))
        .forEach((name) => localStorage.removeItem(name));
    } catch {
      // As above.
    }
  };
  const forgetAll = () => {
    try {
      Object.keys(localStorage)
        .filter((name) => name.startsWith(PREFIX))
        .forEach((name) => localStorage.removeItem(name));
    } catch {
      // As above.
    }
  };

  const fieldsOf = (form) =>
    [...form.elements].filter(
      (field) =>
        field.name &&
        !["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type) &&
        !field.closest("[data-secret]"),
    );

  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";

  const keep = (form) => {
    const fields = {};
    for (const field of fieldsOf(form)) {
      const values = (fields[field.name] ??= []);
      if (!isChoice(field)) values.push({ typed: field.value, before: field.defaultValue ?? "" });
      else if (field.checked) values.push(field.value);
    }
    write(form.dataset.draft, fields);
  };

  const restore = (form) => {
    const kept = read(form.dataset.draft);
    if (!kept) return;
    let changed = false;
    for (const field of fieldsOf(form)) {
      const values = kept[field.name];
      if (!Array.isArray(values)) continue;
      if (isChoice(field)) {
        const checked = values.includes(field.value);
        changed ||= checked !== field.checked;
        field.checked = checked;
        continue;
      }
      const value = values.shift();
      if (value && field.value === value.before && value.typed !== value.before) {
        // What the page says now wins if it is not what it said when the writing began.
        field.value = value.typed;
        changed = true;
      }
    }
    if (!changed) return;
    form.querySelector("[data-draft-restored]")?.removeAttribute("hidden");
    form.dispatchEvent(new Event("input", { bubbles: true }));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const settle = () => {
    let sent;
    try {
      sent = sessionStorage.getItem(PREFIX);
      if (!sent || document.querySelector(".tk-error") || location.pathname.startsWith("/accounts/")) return;
      sessionStorage.removeItem(PREFIX);
    } catch {
      return;
    }
    const again = [...document.querySelectorAll("form[data-draft]")].some((form) => form.dataset.draft === sent);
    if (!again) forget(sent);
  };

  settle();
  document.querySelectorAll('meta[name="draft-sent"]').forEach((mark) => forget(mark.content));
  forgetOld();

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    restore(form);
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => keep(form), 400);
    });
    form.addEventListener("change", () => keep(form));
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      keep(form);
      try {
        sessionStorage.setItem(PREFIX, form.dataset.draft);
      } catch {
        // As above.
      }
    });
    form.querySelector("[data-draft-forget]")?.addEventListener("click", () => {
      forget(form.dataset.draft);
      form.reset();
    });
  });

  // Whoever signs out leaves nothing behind for the next person at the device.
  document.querySelectorAll("form[data-signs-out]").forEach((form) => form.addEventListener("submit", forgetAll));
}
