/* Pictures on paper: a screen is sent the copy that it needs, a printer needs the large one.
   Markup: img[srcset] whose src is the largest. While it is fetched, and without this script, the copy that is there is printed.
           [data-here] gets the whole address of the page, as the browser knows it. */

const narrow = new Map();

for (const place of document.querySelectorAll("[data-here]")) place.textContent = location.origin + location.pathname;

addEventListener("beforeprint", () => {
  for (const picture of document.querySelectorAll("img[srcset]")) {
    narrow.set(picture, picture.srcset);
    picture.removeAttribute("srcset");
  }
});

addEventListener("afterprint", () => {
  for (const [picture, srcset] of narrow) picture.srcset = srcset;
  narrow.clear();
});
