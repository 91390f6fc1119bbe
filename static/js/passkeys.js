// Says in the page when a passkey was not used; the browser's own words are in another language, or none.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.getElementById("passkey-failed");
  const place = document.querySelector("main .tk-card");
  if (!words || !place) return;
  place.querySelector("[data-passkey-failed]")?.remove();
  const note = words.content.firstElementChild.cloneNode(true);
  note.dataset.passkeyFailed = "";
  place.append(note);
});
