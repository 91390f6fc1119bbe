// A form that was refused takes the reader to what is wrong: the summary, else the first field.
{
  const target = document.querySelector("[data-error-summary]") || document.querySelector("main .is-invalid");
  target?.focus();
}
