/* Pictures on paper: a screen is sent the copy that it needs, a printer needs the large one.
   Markup: img[srcset] whose src is the largest. While it is fetched, and without this script, the copy that is there is printed. */

const narrow = new Map();

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
