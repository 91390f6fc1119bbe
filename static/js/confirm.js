// Asks before what cannot be undone: <form data-confirm="Cancel the kickoff?" data-confirm-text="…" data-confirm-yes="…" data-confirm-no="…">.
{
  const dialog = document.getElementById("confirm");
  const title = document.getElementById("confirm-title");
  const text = document.getElementById("confirm-text");

  if (dialog?.showModal) {
    const yes = dialog.querySelector("[data-yes]");
    const no = dialog.querySelector("[data-no]");
    const usual = { text: text.textContent, yes: yes.textContent, no: no.textContent };
    let waiting = null;

    document.addEventListener(
      "submit",
      (event) => {
        const form = event.target;
        const asker = event.submitter?.dataset.confirm ? event.submitter : form;
        if (!asker.dataset.confirm || form.dataset.confirmed) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        waiting = { form, submitter: event.submitter };
        title.textContent = asker.dataset.confirm;
        text.textContent = asker.dataset.confirmText || usual.text;
        yes.textContent = asker.dataset.confirmYes || usual.yes;
        no.textContent = asker.dataset.confirmNo || usual.no;
        dialog.showModal();
        no.focus();
      },
      true,
    );

    yes.addEventListener("click", () => {
      const { form, submitter } = waiting;
      dialog.close();
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter?.form === form ? submitter : undefined);
      delete form.dataset.confirmed;
    });
    no.addEventListener("click", () => dialog.close());
  }
}
