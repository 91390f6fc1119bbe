// On a phone the row of tabs is wider than the screen: begin where the reader is.
document.querySelectorAll(".tk-tabs").forEach((row) => {
  const here = row.querySelector("[aria-current]");
  if (here) row.scrollLeft = here.offsetLeft - row.offsetLeft - 16;
});
