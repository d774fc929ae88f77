/* A file that is too large is told before it is sent; without this script the server tells it.
   Markup: input[type=file][data-most=BYTES][data-too-large=SENTENCE] */

for (const input of document.querySelectorAll("input[type=file][data-most]")) {
  const check = () => {
    const large = [...input.files].some((file) => file.size > Number(input.dataset.most));
    input.setCustomValidity(large ? input.dataset.tooLarge : "");
    return large;
  };
  input.addEventListener("change", () => check() && input.reportValidity());
  input.form.addEventListener("submit", (event) => {
    if (!check()) return;
    event.preventDefault();
    input.reportValidity();
  });
}
